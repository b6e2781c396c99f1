package fetch

import (
	"context"
	"encoding/base64"
	"net/url"
	"strings"
	"sync"

	"github.com/corsage-go/corsage/agent/weburl"
	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// Challenge is a server's demand for a name and a password.
type Challenge struct {
	URL    *weburl.URL
	Scheme string // "Basic", the only one that is answered
	Realm  string
}

// mayAuthenticate: answers that need consent ask nobody for a password, unless
// this engine does.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 15
func (f *fetching) mayAuthenticate() bool {
	return f.tainting != corsTainting || f.engine.Profile.PromptsAcrossOrigins && !f.url.HasCredentials()
}

// authenticate asks once more, with the name and password of the URL or of the
// user. Only the Basic scheme is answered: it is the one that servers for pages
// still use.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 15
func (f *fetching) authenticate(a *answer, asking *wire.Request) (*answer, error) {
	realm, ok := basicRealm(a.Header)
	if !ok || f.body != nil && f.body.Once {
		return a, nil
	}
	if f.asked.UseURLCredentials && f.url.HasCredentials() && !has(asking.Header, "Authorization") {
		var err error
		a, err = f.again(a, asking, secretOf(f.url))
		if err != nil || a.Status != 401 {
			return a, err
		}
	}
	if f.engine.Prompt == nil {
		return a, nil
	}
	user, password, ok := f.engine.Prompt(f.ctx, Challenge{URL: f.url.WithoutCredentials(), Scheme: "Basic", Realm: realm})
	switch {
	case f.ctx.Err() != nil:
		_ = a.Body.Close() // nobody waits for it
		return nil, f.failed(cors.OnResponse, context.Cause(f.ctx))
	case !ok:
		return a, nil
	}
	return f.again(a, asking, basicSecret(user, password))
}

// again sends the request with a secret, and remembers it if it opens the door.
func (f *fetching) again(a *answer, asking *wire.Request, secret string) (*answer, error) {
	_ = a.Body.Close() // only the demand in it mattered
	next := *asking
	next.Header = append(without(asking.Header, isAuthorization), wire.Field{Name: "Authorization", Value: secret})
	next.Body, next.Trace = nil, nil
	b, err := f.network(&next, 1)
	if err == nil && b.Status != 401 {
		f.engine.secrets.keep(f.secretKey(), directory(f.url), secret)
	}
	return b, err
}

func isAuthorization(name string) bool { return isNamed(name, "Authorization") }

func has(fields []wire.Field, name string) bool {
	for i := range fields {
		if isNamed(fields[i].Name, name) {
			return true
		}
	}
	return false
}

// secretOf makes a value of Authorization of a URL's name and password.
func secretOf(u *weburl.URL) string {
	return basicSecret(percentDecode(u.Username()), percentDecode(u.Password()))
}

func percentDecode(s string) string {
	decoded, err := url.PathUnescape(s)
	if err != nil {
		return s // a lone percent sign stands for itself
	}
	return decoded
}

// basicSecret is the value of Authorization in the Basic scheme.
//
// Standard: https://www.rfc-editor.org/rfc/rfc7617#section-2
func basicSecret(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// appendKnownSecret adds what has opened the door of the same folder before,
// unless the URL brings its own.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.21.2
func (f *fetching) appendKnownSecret(h []wire.Field) []wire.Field {
	if f.asked.UseURLCredentials && f.url.HasCredentials() {
		return h
	}
	return appendSet(h, "Authorization", f.engine.secrets.find(f.secretKey(), f.url.Path()))
}

func (f *fetching) secretKey() secretKey {
	return secretKey{f.top.key, f.url.OriginString()}
}

// secretMemory remembers names and passwords that servers have accepted, by the
// folders for which they did.
//
// Standard: https://www.rfc-editor.org/rfc/rfc7617#section-2.2
type secretMemory struct {
	mu    sync.RWMutex
	known map[secretKey][]secret
}

type secretKey struct{ partition, origin string }

type secret struct{ directory, value string }

// Bounds of the memory.
const (
	maxSecretKeys = 256
	maxSecrets    = 16 // for each key

	// maxSecretBytes is how long a folder and what opens it may be together.
	maxSecretBytes = 8 << 10
)

func (m *secretMemory) find(key secretKey, path string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	best := secret{}
	for _, s := range m.known[key] {
		if strings.HasPrefix(path, s.directory) && len(s.directory) > len(best.directory) {
			best = s
		}
	}
	return best.value
}

func (m *secretMemory) keep(key secretKey, directory, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(directory)+len(value) > maxSecretBytes {
		return
	}
	list, ok := m.known[key]
	if !ok {
		m.makeRoom()
	}
	for i := range list {
		if list[i].directory == directory {
			list[i].value = value
			return
		}
	}
	if len(list) >= maxSecrets {
		list = list[1:]
	}
	m.known[key] = append(list[:len(list):len(list)], secret{directory, value})
}

// makeRoom forgets a key if there are too many: whichever the map gives first,
// since forgetting costs one question to the user.
func (m *secretMemory) makeRoom() {
	if m.known == nil {
		m.known = map[secretKey][]secret{}
	}
	for key := range m.known {
		if len(m.known) < maxSecretKeys {
			return
		}
		delete(m.known, key)
	}
}

// directory is the path of a URL up to its last slash.
func directory(u *weburl.URL) string {
	return u.Path()[:strings.LastIndexByte(u.Path(), '/')+1]
}
