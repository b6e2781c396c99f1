package albumhttp

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/corsage-go/corsage/album"
)

// Config says what a Handler serves and to whom. Service and Access are needed;
// everything else may be left out.
type Config struct {
	Service album.Service
	Access  album.Access

	// Origins are the serialized origins of the service's own pages, such as
	// "https://photos.example". A request with any other Origin comes from a
	// foreign site; with no origin here, every request that names one does.
	Origins []string

	// Patterns lists every pattern that names an origin, album.AnyPattern
	// included, and nothing for a text that is no serialized origin. Without it
	// an origin is named by itself and by album.AnyPattern.
	Patterns func(origin string) []string

	// Ambient reports whether a rule with credentials lets the foreign site of a
	// request have what the request is about. Only then does a password count
	// that came with it: browsers send those by themselves, and to check one says
	// whether it is right. Without Ambient, passwords from foreign sites never
	// count.
	Ambient func(*http.Request) bool

	// Verdict tells what pages of an origin could do with an album under rules
	// that the album has or could be given, for /albums/{id}/sharing/verdict. What
	// is wrong with the origin it says with an album.Error. Without it nothing is
	// at that address.
	Verdict func(rules album.Sharing, origin string) (Verdict, error)

	Limits Limits

	// Ready says whether the service can do its work, for GET /healthz. Its
	// error goes to the log, not to whoever asks.
	Ready func(context.Context) error

	// ProxyHeader is the header field to which the one trusted proxy in front
	// appends the address of its client, such as "X-Forwarded-For". Leave it
	// empty where clients connect directly: they could claim any address.
	ProxyHeader string

	Now func() time.Time // time.Now if nil
	Log *slog.Logger     // for failures that are the service's own; nil discards them
}

// Limits bounds what one HTTP request can ask for. What the service itself
// limits is in album.Limits. Zero fields stand for the default.
type Limits struct {
	JSONBytes       int64         // of a JSON body
	PhotoBytes      int64         // of one photo's file; give it album.Limits.PhotoBytes
	FilesRequest    int           // files in one multipart request
	PartHeaderBytes int64         // header fields of one part of a multipart body
	BodyWindow      time.Duration // how long a body, or a photo's answer, may take to move ...
	BodyRate        int64         // ... this many bytes for each second of BodyWindow
	RetryAfter      time.Duration // how long to wait after "too often", where the service does not say
}

// DefaultLimits are used for the fields of Limits that are zero.
var DefaultLimits = Limits{
	JSONBytes:       64 << 10,
	PhotoBytes:      album.DefaultLimits.PhotoBytes,
	FilesRequest:    100,
	PartHeaderBytes: 8 << 10,
	BodyWindow:      20 * time.Second,
	BodyRate:        4 << 10,
	RetryAfter:      album.DefaultLimits.SignInWait,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	return Limits{
		JSONBytes:       orDefault(l.JSONBytes, d.JSONBytes),
		PhotoBytes:      orDefault(l.PhotoBytes, d.PhotoBytes),
		FilesRequest:    orDefault(l.FilesRequest, d.FilesRequest),
		PartHeaderBytes: orDefault(l.PartHeaderBytes, d.PartHeaderBytes),
		BodyWindow:      orDefault(l.BodyWindow, d.BodyWindow),
		BodyRate:        orDefault(l.BodyRate, d.BodyRate),
		RetryAfter:      orDefault(l.RetryAfter, d.RetryAfter),
	}
}

func orDefault[T int | int64 | time.Duration](v, d T) T {
	if v <= 0 {
		return d
	}
	return v
}

// Handler serves the album service. Make it with New.
type Handler struct {
	service     album.Service
	access      album.Access
	own         map[string]bool // the service's own origins
	patterns    func(string) []string
	ambient     func(*http.Request) bool
	verdict     func(album.Sharing, string) (Verdict, error)
	limits      Limits
	ready       func(context.Context) error
	proxyHeader string
	now         func() time.Time
	log         *slog.Logger
	mux         *http.ServeMux
}

var _ http.Handler = (*Handler)(nil)

// New makes the handler of a service.
func New(c Config) *Handler {
	h := &Handler{
		service:     c.Service,
		access:      c.Access,
		own:         make(map[string]bool, len(c.Origins)),
		patterns:    c.Patterns,
		ambient:     c.Ambient,
		verdict:     c.Verdict,
		limits:      c.Limits.withDefaults(),
		ready:       c.Ready,
		proxyHeader: c.ProxyHeader,
		now:         c.Now,
		log:         c.Log,
	}
	for _, origin := range c.Origins {
		h.own[origin] = true
	}
	if h.patterns == nil {
		h.patterns = exactly
	}
	if h.ambient == nil {
		h.ambient = func(*http.Request) bool { return false }
	}
	if h.now == nil {
		h.now = time.Now
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.mux = h.newMux()
	return h
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	if Target(r).Kind == Other {
		// Asked before the mux, which would redirect an unclean path instead of
		// refusing it, to where another CORS policy holds.
		h.newCall(w, r).fail(errNoSuchAddress)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// call is one request being answered.
type call struct {
	*Handler
	w      http.ResponseWriter
	r      *http.Request
	what   string       // what it asks for, in the log's words
	viewer album.Viewer // who asks, after identify; until then only the site
	body   *body        // nil until the body is read
}

func (h *Handler) newCall(w http.ResponseWriter, r *http.Request) *call {
	return &call{Handler: h, w: w, r: r}
}

func (h *Handler) serve(rt *route, w http.ResponseWriter, r *http.Request) {
	c := h.newCall(w, r)
	c.what, c.viewer.Site = rt.what, h.siteOf(r)
	var err error
	if !rt.open {
		err = c.identify()
	}
	if err == nil {
		err = rt.serve(c)
	}
	if err != nil {
		c.fail(err)
	}
}

// pathID returns the ID in the path. Target has let only valid ones through.
func (c *call) pathID() album.ID { return album.ID(c.r.PathValue("id")) }

// from tells clients apart for the limit of sign-in attempts: their address, or
// the /64 of an IPv6 address, since whoever has one of those has all of it.
func (c *call) from() string {
	addr := c.clientAddr().Unmap()
	if !addr.IsValid() {
		return "unknown"
	}
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}

// clientAddr is the address of the connection's other end, or what the trusted
// proxy says it was there: the last element, as earlier ones are hearsay.
func (c *call) clientAddr() netip.Addr {
	if c.proxyHeader != "" {
		if lines := c.r.Header.Values(c.proxyHeader); len(lines) > 0 {
			last := lines[len(lines)-1]
			last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
			if addr, err := netip.ParseAddr(last); err == nil {
				return addr
			}
		}
	}
	ap, err := netip.ParseAddrPort(c.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr()
}
