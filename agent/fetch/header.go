package fetch

import (
	"strconv"

	"github.com/corsage-go/corsage/agent/wire"
	"github.com/corsage-go/corsage/cors"
)

// header is what a look over the fields that script has set shows.
type header struct {
	accept, language, agent, encoding bool
	authorization, partial, condition bool
	cacheControl, pragma              bool
}

func scan(fields []wire.Field) (h header) {
	for i := range fields {
		switch name := fields[i].Name; len(name) {
		case len("Range"):
			h.partial = h.partial || isNamed(name, "Range")
		case len("Accept"): // and Pragma
			h.accept = h.accept || isNamed(name, "Accept")
			h.pragma = h.pragma || isNamed(name, "Pragma")
		case len("If-Match"), len("If-Modified-Since"), len("If-Unmodified-Since"): // and If-Range
			h.condition = h.condition || isCondition(name)
		case len("User-Agent"):
			h.agent = h.agent || isNamed(name, "User-Agent")
		case len("If-None-Match"): // and Authorization, Cache-Control
			h.condition = h.condition || isCondition(name)
			h.authorization = h.authorization || isNamed(name, "Authorization")
			h.cacheControl = h.cacheControl || isNamed(name, "Cache-Control")
		case len("Accept-Language"): // and Accept-Encoding
			h.language = h.language || isNamed(name, "Accept-Language")
			h.encoding = h.encoding || isNamed(name, "Accept-Encoding")
		}
	}
	return h
}

// isCondition tells the fields by which script makes a request conditional.
func isCondition(name string) bool {
	for _, c := range [...]string{"If-Modified-Since", "If-None-Match", "If-Unmodified-Since", "If-Match", "If-Range"} {
		if isNamed(name, c) {
			return true
		}
	}
	return false
}

// fullHeader is the header as it goes on the wire but for cookies and secrets.
//
// Standard: https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8
func (f *fetching) fullHeader(set header) []wire.Field {
	p := &f.engine.Profile
	h := make([]wire.Field, 0, len(f.header)+14)
	h = f.appendLength(h)
	for _, field := range f.header {
		h = f.appendOwn(h, field)
	}
	if !set.agent || p.UserAgentForbidden {
		h = appendSet(h, "User-Agent", p.UserAgent)
	}
	if !set.accept {
		h = append(h, wire.Field{Name: "Accept", Value: accepts(f.asked.Destination)})
	}
	h = f.appendOrigin(h)
	h = f.appendFetchMetadata(h, false)
	h = f.appendReferrer(h)
	h = f.appendEncoding(h, set)
	if !set.language {
		h = appendSet(h, "Accept-Language", p.AcceptLanguage)
	}
	return h
}

// appendOwn appends a field that script has set.
func (f *fetching) appendOwn(h []wire.Field, field wire.Field) []wire.Field {
	p := &f.engine.Profile
	switch {
	case p.UserAgentForbidden && isNamed(field.Name, "User-Agent"):
		return h
	case p.RangeRewritten && isNamed(field.Name, "Range"):
		field.Value = plainRange(field.Value)
	}
	return append(h, field)
}

func appendSet(h []wire.Field, name, value string) []wire.Field {
	if value == "" {
		return h
	}
	return append(h, wire.Field{Name: name, Value: value})
}

// appendLength says how long the body is; a POST or PUT without one says so.
func (f *fetching) appendLength(h []wire.Field) []wire.Field {
	switch {
	case f.body == nil && (f.method == "POST" || f.method == "PUT"):
		return append(h, wire.Field{Name: "Content-Length", Value: "0"})
	case f.body == nil || f.body.Length < 0:
		return h
	default:
		return append(h, wire.Field{Name: "Content-Length", Value: strconv.FormatInt(f.body.Length, 10)})
	}
}

// accepts is the default of Accept for a destination.
//
// Standard: https://fetch.spec.whatwg.org/#concept-fetch, step 12
func accepts(destination string) string {
	switch destination {
	case "document", "frame", "iframe":
		return "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	case "image":
		return "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
	case "json":
		return "application/json,*/*;q=0.5"
	case "style":
		return "text/css,*/*;q=0.1"
	default:
		return "*/*"
	}
}

// appendReferrer says where the request comes from.
func (f *fetching) appendReferrer(h []wire.Field) []wire.Field {
	return appendSet(h, "Referer", f.referrer)
}

// appendEncoding says which codings the body may come in. A part of a coded body
// is of no use, so none for ranges.
func (f *fetching) appendEncoding(h []wire.Field, set header) []wire.Field {
	switch {
	case set.encoding:
		return h
	case set.partial:
		return append(h, wire.Field{Name: "Accept-Encoding", Value: "identity"})
	}
	value := f.engine.Profile.AcceptEncoding
	if value == "" {
		value = "gzip, deflate, br, zstd"
	}
	return append(h, wire.Field{Name: "Accept-Encoding", Value: value})
}

// appendOrigin says for whom the request is made.
//
// Standard: https://fetch.spec.whatwg.org/#append-a-request-origin-header
func (f *fetching) appendOrigin(h []wire.Field) []wire.Field {
	if origin, ok := cors.OriginField(f.originRequest()); ok {
		return append(h, wire.Field{Name: cors.HeaderOrigin, Value: origin})
	}
	return h
}

// appendFetchMetadata says what the request is for.
//
// Standard: https://w3c.github.io/webappsec-fetch-metadata/#fetch-metadata-append
func (f *fetching) appendFetchMetadata(h []wire.Field, preflight bool) []wire.Field {
	p := &f.engine.Profile
	fields, ok := cors.FetchMetadata(f.url.Href(), f.site, string(f.mode()), f.asked.Destination)
	if !ok {
		if preflight && p.PreflightFetchMode {
			h = append(h, wire.Field{Name: "Sec-Fetch-Mode", Value: string(ModeCORS)})
		}
		return h
	}
	for i := range fields {
		h = append(h, wire.Field(fields[i]))
	}
	if !preflight && p.StorageAccess && f.site == cors.FetchSiteCrossSite && f.includesCredentials() {
		h = append(h, wire.Field{Name: "Sec-Fetch-Storage-Access", Value: "none"})
	}
	return h
}
