package xhr

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/cors"
)

// OpenOptions are the further arguments of open().
type OpenOptions struct {
	Sync bool // Send waits, and no events fire on the way

	// Username and Password are for HTTP authentication; nil for those of the URL.
	Username, Password *string
}

// Open prepares a request to be sent. url may be relative to the page's. The
// errors are a SyntaxError for a method or URL that is none, and a SecurityError
// for a method that no script may use.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method
func (x *XHR) Open(method, url string) error {
	return x.OpenWith(method, url, OpenOptions{})
}

// OpenWith is Open with more arguments. A synchronous request of a page can have
// neither a timeout nor a response type: that is an InvalidAccessError.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method
func (x *XHR) OpenWith(method, url string, o OpenOptions) error {
	if !cors.IsToken(method) {
		return exception(SyntaxError, fmt.Sprintf("open: %s is no method", cors.Excerpt(method)))
	}
	if cors.IsForbiddenMethod(method) {
		return exception(SecurityError, fmt.Sprintf("open: no script may use the method %s", method))
	}
	target, err := x.parseURL(url)
	if err != nil {
		return err
	}
	if target != nil && (o.Username != nil || o.Password != nil) {
		target = withUserinfo(target, o.Username, o.Password)
	}
	if o.Sync && !x.settings.Worker && (x.timeout != 0 || x.responseType != DefaultType) {
		return exception(InvalidAccessError, "open: a synchronous request of a page has no timeout and no response type")
	}
	x.terminate()
	x.method = cors.NormalizeMethod(method)
	x.url, x.blob, x.sync = target, x.settings.blobOf(target), o.Sync
	x.reset()
	if x.state != Opened {
		x.state = Opened
		x.fire(Event{Type: EventReadyStateChange})
	}
	return nil
}

// reset forgets the request before.
//
// Standard: https://xhr.spec.whatwg.org/#the-open()-method, step 11
func (x *XHR) reset() {
	x.sent, x.uploadEvents = false, false
	x.header = nil
	x.response, x.failure = nil, nil
	x.received, x.length, x.object = nil, 0, nil
	x.told, x.upload.told = nil, nil
}

// parseURL reads the URL of open(). It returns nil for one that an engine accepts
// though no request can be made of it.
func (x *XHR) parseURL(s string) (*weburl.URL, error) {
	u, err := weburl.ParseRef(x.settings.base(), s)
	if err != nil {
		if x.settings.Profile.SpaceInHost && isURLWithSpace(s) {
			return nil, nil
		}
		return nil, &DOMException{Name: SyntaxError, Message: "open: the URL cannot be read", Cause: err}
	}
	if x.settings.Profile.NoCORS && u.OriginString() != x.settings.Client.Origin.String() {
		return nil, exception(SecurityError, "open: this engine's XMLHttpRequest cannot leave its origin; use XDomainRequest")
	}
	return u, nil
}

// blobOf finds what a blob URL stands for now; nil for nothing.
//
// Standard: https://url.spec.whatwg.org/#concept-url-blob-entry
func (s *Settings) blobOf(u *weburl.URL) *fetch.Blob {
	if u == nil || u.Scheme() != "blob" || s.Blobs == nil {
		return nil
	}
	b, ok := s.Blobs.Blob(u, s.Client)
	if !ok {
		return nil
	}
	return &b
}

// isURLWithSpace reports whether spaces in the host are all that is wrong.
func isURLWithSpace(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return false
	}
	end := strings.IndexAny(rest+"/", "/?#\\")
	host := strings.Trim(rest[:end], httpSpace)
	if !strings.Contains(host, " ") {
		return false
	}
	_, err := weburl.Parse(scheme + "://" + strings.ReplaceAll(host, " ", "x") + rest[end:])
	return err == nil
}

// withUserinfo sets the user name and the password that are given.
func withUserinfo(u *weburl.URL, username, password *string) *weburl.URL {
	name, word := u.Username(), u.Password() // encoded already, which does not happen twice
	if username != nil {
		name = *username
	}
	if password != nil {
		word = *password
	}
	return u.WithCredentials(name, word)
}

// SetRequestHeader adds a header field to the request. Fields that only the
// browser may set are left out silently. The errors are an InvalidStateError
// before Open and after Send, a SyntaxError for a name or value that cannot stand
// in a header, and a TypeError for characters that are no bytes.
//
// Standard: https://xhr.spec.whatwg.org/#the-setrequestheader()-method
func (x *XHR) SetRequestHeader(name, value string) error {
	name, okName := ByteString(name)
	value, okValue := ByteString(value)
	switch {
	case !okName || !okValue:
		return exception(TypeError, "setRequestHeader: a character beyond U+00FF stands for no byte")
	case x.state != Opened || x.sent:
		return exception(InvalidStateError, "setRequestHeader: call it after open() and before send()")
	}
	value = strings.Trim(value, httpSpace)
	switch {
	case !cors.IsToken(name):
		return exception(SyntaxError, fmt.Sprintf("setRequestHeader: %s is no header name", cors.Excerpt(name)))
	case !isFieldValue(value):
		return exception(SyntaxError, fmt.Sprintf("setRequestHeader: %s cannot stand in a header", cors.Excerpt(value)))
	case cors.IsForbiddenRequestField(name, value):
		return nil
	}
	x.header = combine(x.header, name, value)
	return nil
}

// Timeout returns how long the request may take; 0 for as long as it likes.
func (x *XHR) Timeout() time.Duration { return x.timeout }

// SetTimeout sets how long the request may take from Send on; it may be set while
// it is under way. For a synchronous request of a page it is an
// InvalidAccessError.
//
// Standard: https://xhr.spec.whatwg.org/#the-timeout-attribute
func (x *XHR) SetTimeout(d time.Duration) error {
	if x.isSyncOfPage() {
		return exception(InvalidAccessError, "timeout: a synchronous request of a page has none")
	}
	x.timeout = d
	if x.flight != nil {
		x.flight.arm(d)
	}
	return nil
}

// isSyncOfPage tells the requests that cannot have a timeout and a response type.
func (x *XHR) isSyncOfPage() bool { return x.sync && x.state != Unsent && !x.settings.Worker }

// WithCredentials reports whether cookies and HTTP authentication go with a
// cross-origin request.
func (x *XHR) WithCredentials() bool { return x.withCredentials }

// SetWithCredentials says whether cookies and HTTP authentication go with a
// cross-origin request. It is an InvalidStateError once the request is sent, and
// has no effect in an engine that does not know it.
//
// Standard: https://xhr.spec.whatwg.org/#the-withcredentials-attribute
func (x *XHR) SetWithCredentials(on bool) error {
	if x.state != Unsent && x.state != Opened || x.sent {
		return exception(InvalidStateError, "withCredentials: set it before send()")
	}
	x.withCredentials = on && x.Has("withCredentials")
	return nil
}

// ResponseType returns what Response is to return.
func (x *XHR) ResponseType() ResponseType { return x.responseType }

// SetResponseType says what Response is to return. A value that is none is
// ignored. The errors are an InvalidStateError once the body has begun to come,
// and an InvalidAccessError for a synchronous request of a page.
//
// Standard: https://xhr.spec.whatwg.org/#the-responsetype-attribute
func (x *XHR) SetResponseType(t ResponseType) error {
	switch t {
	case DefaultType, ArrayBufferType, BlobType, TextType:
	case DocumentType:
		if x.settings.Worker {
			return nil
		}
	case JSONType:
		if x.settings.Profile.NoJSON {
			return nil
		}
	default:
		return nil
	}
	switch {
	case x.state == Loading || x.state == Done:
		return exception(InvalidStateError, "responseType: set it before the body comes")
	case x.isSyncOfPage():
		return exception(InvalidAccessError, "responseType: a synchronous request of a page has none")
	}
	x.responseType = t
	return nil
}

// OverrideMimeType makes the response be of another type than its server says. It
// is an InvalidStateError once the body has begun to come.
//
// Standard: https://xhr.spec.whatwg.org/#the-overridemimetype()-method
func (x *XHR) OverrideMimeType(mime string) error {
	if x.state == Loading || x.state == Done {
		return exception(InvalidStateError, "overrideMimeType: call it before the body comes")
	}
	m, ok := cors.ParseMIMEType(mime)
	if !ok {
		m = cors.MIMEType{Type: "application", Subtype: "octet-stream"}
	}
	x.override = &m
	return nil
}

// DownloadTo makes the bytes of the response go to w as they come instead of being
// kept, so that its size does not matter; the response itself is then empty. An
// error of w is a network error. nil undoes it. No browser has this: there, large
// blobs go to disk.
func (x *XHR) DownloadTo(w io.Writer) { x.sink = w }

// base is what relative URLs are resolved against.
//
// Standard: https://html.spec.whatwg.org/#api-base-url
func (s *Settings) base() *weburl.URL {
	if s.Base != nil {
		return s.Base()
	}
	return s.Client.URL
}
