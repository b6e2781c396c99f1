package layers

// Module is the path that the project's own imports begin with.
const Module = "github.com/corsage-go/corsage"

// Project is the table of this repository. It is the design as well as the
// check: a row may stand for a folder that has no code yet, and a folder
// without a row is an error.
var Project = Table{
	Module:   Module,
	Folders:  folders,
	Walls:    walls,
	Modules:  modules,
	Packages: packages,
	Calls:    calls,
}

// The parts of the project, by folder. May lists all that the folder's own code
// may import of the project.
var folders = []Folder{
	// The protocol: the rules that both ends obey.
	{Path: "cors", Pure: true, Why: "the protocol stands on nothing, so that both ends can stand on it"},
	{Path: "cors/policy", Pure: true, May: paths("cors"), Why: "a policy is rules in and header fields out, whoever sends them"},
	{Path: "cors/trace", Pure: true, May: paths("cors"), Why: "what happened is plain data, whoever records or shows it"},
	{
		Path: "cors/explain", Pure: true, May: paths("cors", "cors/policy", "cors/trace"),
		Why: "an explanation repeats the verdicts of the core and decides nothing itself",
	},
	{
		Path: "cors/probe", Pure: true, May: paths("cors", "cors/trace", "cors/explain"),
		Why: "what to ask and what was answered are plain data, whoever sends it",
	},
	{
		Path: "cors/contract", Pure: true, May: paths("cors", "cors/policy", "cors/trace", "cors/explain", "cors/probe"),
		Why: "a contract is a text, the probes that follow from it, and what the answers mean",
	},
	{
		Path: "cors/audit", Pure: true, May: paths("cors", "cors/trace", "cors/explain", "cors/probe"),
		Why: "what is suspicious follows from the answers alone",
	},

	// The asking end.
	{
		Path: "agent", May: paths("agent/wire", "agent/weburl", "agent/fetch", "agent/cookie", "agent/httpcache", "agent/xhr", "agent/environment", "cors", "cors/trace"),
		Why: "the asking end puts its own parts together; it meets servers over the network only",
	},
	{Path: "agent/wire", Why: "bytes on a connection mean the same whatever is asked for"},
	{Path: "agent/encoding", Why: "bytes become text the same way for everybody"},
	{Path: "agent/weburl", Why: "an address is understood the same way by everybody who has one"},
	{
		Path: "agent/fetch", May: paths("agent/wire", "agent/weburl", "cors", "cors/trace"),
		Why: "fetch knows the protocol, not who calls it, and what it remembers only by interfaces",
	},
	{Path: "agent/cookie", May: paths("agent/wire", "agent/weburl", "agent/fetch", "cors"), Why: "the jar is what fetch asks for by an interface"},
	{Path: "agent/httpcache", May: paths("agent/wire", "agent/weburl", "agent/fetch", "cors"), Why: "the cache is what fetch asks for by an interface"},
	{
		Path: "agent/xhr", May: paths("agent/encoding", "agent/wire", "agent/weburl", "agent/fetch", "cors"),
		Why: "XMLHttpRequest is fetch with events, and knows no script engine",
	},
	{Path: "agent/environment", May: paths("agent/fetch", "agent/xhr", "cors"), Why: "what scripts ask of pages, so that pages need not know scripts"},
	{
		Path: "agent/script", May: paths("agent/encoding", "agent/environment", "agent/fetch", "agent/weburl", "agent/wire", "agent/xhr", "agent/script/engine", "cors", "cors/trace", "cors/explain"),
		Why: "a script meets the network through its page, so that pages without scripts carry no engine",
	},
	{Path: "agent/script/engine", Why: "the engine can be changed without touching what scripts find"},

	// The answering end.
	{
		Path: "server/corshttp", May: paths("cors", "cors/policy", "cors/trace"),
		Why: "the middleware serves any handler, so it knows none",
	},
	{
		Path: "server/corsprom", May: paths("server/corshttp", "cors"),
		Why: "counting knows the middleware by what it tells observers, and the middleware does not know who counts",
	},
	{
		Path: "server/gateway", May: paths("server/corshttp", "cors", "cors/policy", "cors/trace"),
		Why: "the gateway is the middleware in front of other people's services",
	},

	// The album service: the domain in the middle, one folder for each technology.
	{Path: "album", Pure: true, Why: "the domain does not depend on how it is stored or asked for"},
	{Path: "album/albumhttp", May: paths("album"), Why: "HTTP reaches the domain through its interfaces, and the stores not at all"},
	{Path: "album/sqlite", May: paths("album"), Why: "a store knows the domain it keeps and no other technology"},
	{Path: "album/files", May: paths("album"), Why: "a store knows the domain it keeps and no other technology"},
	{Path: "album/memory", May: paths("album"), Why: "a store knows the domain it keeps and no other technology"},
	{Path: "album/postgres", May: paths("album"), Why: "a store knows the domain it keeps and no other technology"},
	{Path: "album/s3", May: paths("album"), Why: "a store knows the domain it keeps and no other technology"},
	{Path: "album/picture", May: paths("album"), Why: "looking into image files needs the domain's words and nothing else"},
	{
		Path: "album/backup", May: paths("album", "album/sqlite", "album/files"),
		Why: "a backup is of these stores, which it has to know; nothing else is in it",
	},
	{Path: "album/albumtest", May: paths("album"), Why: "the suite that every store passes cannot know one of them"},

	// The pages. They meet the service over HTTP, as any other page does.
	{Path: "web/look", Why: "what all pages have in common knows none of them"},
	{Path: "web/photos", May: paths("web/look"), Why: "pages are files; they know the service by its addresses"},
	{
		Path: "web/panel", May: paths("cors", "cors/trace", "cors/explain", "web/look"),
		Why: "the panel shows what was recorded and decides nothing itself",
	},

	{Path: "cmd/corsage", Any: true, Why: "the program is the only place where the parts are put together"},

	{
		Path: "internal/probing", May: paths("agent/fetch", "agent/weburl", "agent/wire", "cors", "cors/trace", "cors/probe"),
		Why: "probes are sent as the asking end sends, and what they are about is decided elsewhere",
	},
	{
		Path: "internal/findings", May: paths("cors", "cors/explain", "cors/probe"),
		Why: "a report writes down what was found and finds nothing itself",
	},

	{Path: "internal/demo", Why: "drawing knows no service; what it draws goes in by the same door as any photo"},

	// For work on the project itself.
	{Path: "internal/clients", May: paths("agent", "agent/script"), Why: "other people's clients run in the asking end, as pages do"},
	{Path: "internal/cases", May: paths("cors", "cors/policy"), Why: "the shared cases are about the core, and read by the tests of whatever must agree with it"},
	{Path: "internal/layers", Why: "the table judges the others, so it uses none of them"},
	{Path: "internal/docs", Why: "documents are held against the sources as text, so nothing of them is used"},
	{Path: "internal/law", Why: "it is a test alone: the one place where both ends meet without a network"},
	{Path: "internal/vectors", Any: true, Why: "what browsers did is played to whatever claims to do the same"},
	{Path: "internal/simnet", Why: "a network for tests knows connections, not what is said on them"},
	{Path: "internal/wpt", Any: true, Why: "the runner of the Web Platform Tests drives whatever is under test"},
}

// What never meets, in tests neither.
var walls = []Wall{
	{From: "agent", To: "server", Why: "the two ends meet over HTTP; sharing code would hide where they disagree"},
	{From: "server", To: "agent", Why: "the two ends meet over HTTP; sharing code would hide where they disagree"},
	{From: "album", To: "cors", Why: "album and its parts never hear of CORS: cmd/corsage wraps them"},
	{From: "album", To: "server", Why: "album and its parts never hear of CORS: cmd/corsage wraps them"},
	{From: "album", To: "agent", Why: "the service does not know who asks it"},
	{From: "cors", To: "album", Why: "the protocol is about any service, not about albums"},
	{From: "server", To: "album", Why: "the middleware serves any handler, so it knows none"},
	{From: ".", To: "cmd", Why: "a program is made of the parts and is part of nothing"},
	{From: ".", To: "internal/wpt", Why: "a runner of tests is part of nothing"},
	{From: "album", To: "internal/cases", Why: "album and its parts never hear of CORS: cmd/corsage wraps them"},
}

// Other people's code, by the prefix of its import path. What is needed in
// tests only has no folder.
var modules = []Dependency{
	{Prefix: "github.com/alecthomas/kong", In: paths("cmd/corsage"), Why: "flags and help belong to the program"},
	{Prefix: "go.yaml.in/yaml/v4", In: paths("cors/contract"), Why: "one folder reads contracts; what is read has positions"},
	{Prefix: "github.com/prometheus/client_golang", In: paths("server/corsprom", "cmd/corsage"), Why: "metrics have one adapter, and the program serves them; the middleware itself has no need of them"},
	{Prefix: "modernc.org/sqlite", In: paths("album/sqlite"), Why: "one folder knows the database"},
	{Prefix: "golang.org/x/image", In: paths("album/picture", "web/photos"), Why: "pictures are looked into in one folder, and fonts are served by another"},
	{Prefix: "golang.org/x/net/idna", In: paths("cors", "cors/policy"), Why: "host names are understood in the protocol only"},
	{Prefix: "golang.org/x/net/publicsuffix", In: paths("cors", "cors/policy", "agent/cookie"), Why: "who may share a domain is asked by rules about sites and about cookies"},
	{Prefix: "golang.org/x/crypto", In: paths("album"), Why: "passwords are hashed in the domain only"},
	{Prefix: "golang.org/x/sync", In: paths("album/picture"), Why: "what needs more than package sync is the decoding of pictures, a few at a time"},
	{Prefix: "github.com/nlnwa/whatwg-url", In: paths("agent/weburl"), Why: "one folder knows how addresses are parsed"},
	{Prefix: "github.com/andybalholm/brotli", In: paths("agent/fetch"), Why: "content codings are undone where answers are filtered"},
	{Prefix: "github.com/klauspost/compress", In: paths("agent/fetch"), Why: "content codings are undone where answers are filtered"},
	{Prefix: "golang.org/x/net/html", In: paths("agent/xhr", "agent/script"), Why: "documents are made of answers by XMLHttpRequest, and of pages by what runs their scripts"},
	{Prefix: "modernc.org/libquickjs", In: paths("agent/script/engine"), Why: "one folder knows the script engine"},
	{Prefix: "modernc.org/libc", In: paths("agent/script/engine"), Why: "the script engine is translated from C and wants its library"},
	{Prefix: "golang.org/x/text", In: paths("agent/encoding"), Why: "one folder knows which characters there are"},
	{Prefix: "github.com/chromedp", Why: "a browser is driven by tests only"},
	{Prefix: "github.com/getkin/kin-openapi", Why: "the API document is checked by tests only"},
	{Prefix: "github.com/rogpeppe/go-internal", In: paths("internal/cases"), Why: "scripts of the command line, and files of several parts, are for tests only"},
}

// What a pure folder may not import of the standard library, by the prefix of
// the import path.
var packages = []Dependency{
	{Prefix: "net", Exact: true, Why: "a pure folder opens no connections"},
	{Prefix: "net/http", Why: "header fields come in as interface{ Values(string) []string }, which http.Header satisfies"},
	{Prefix: "net/rpc", Why: "a pure folder opens no connections"},
	{Prefix: "net/smtp", Why: "a pure folder opens no connections"},
	{Prefix: "net/textproto", Why: "a pure folder reads no connections"},
	{Prefix: "os", Why: "a pure folder reads no files, environment or signals"},
	{Prefix: "io/ioutil", Why: "a pure folder reads no files"},
	{Prefix: "path/filepath", Why: "a pure folder knows no file system; addresses are for path and net/url"},
	{Prefix: "embed", Why: "a pure folder carries no files"},
	{Prefix: "syscall", Why: "a pure folder calls no system"},
	{Prefix: "database/sql", Why: "a pure folder knows no database"},
	{Prefix: "log", Why: "a pure folder returns what it found, and its caller decides what to write down"},
	{Prefix: "math/rand", Why: "randomness is given to a pure folder, so that a test can choose it"},
	{Prefix: "crypto/rand", Why: "randomness is given to a pure folder, so that a test can choose it"},
}

// What a pure folder may not call.
var calls = []Call{
	{
		Package: "time", Names: []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
		Why: "the time is given to a pure folder, so that a test can choose it",
	},
	{
		Package: "context", Names: []string{"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
		Why: "the time is given to a pure folder, so that a test can choose it",
	},
}

func paths(p ...string) []string { return p }
