package explain

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/policy"
)

// Targets are the kinds of server that a remedy is written for, by the names that
// Config.Target and Style.Configs have.
func Targets() []string {
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.target
	}
	return names
}

var targets = []struct {
	target, name, lang string
	write              func(w wish) (code string, note Text)
}{
	{"corshttp", "Go, net/http with corshttp", "go", corshttpConfig},
	{"express", "Express, with the package cors", "js", expressConfig},
	{"nginx", "nginx", "nginx", nginxConfig},
	{"caddy", "Caddy", "caddyfile", caddyConfig},
	{"apache", "Apache httpd", "apache", apacheConfig},
	{"envoy", "Envoy", "yaml", envoyConfig},
	{"gateway-api", "Kubernetes Gateway API", "yaml", gatewayConfig},
	{"s3", "S3 bucket", "json", s3Config},
}

// configs writes a wish for each kind of server.
func configs(w wish, why cors.Reason) []Config {
	all := make([]Config, 0, len(targets))
	for _, t := range targets {
		text, note := t.write(w)
		c := Config{Target: t.target, Name: t.name, Code: text, Note: note}
		if text != "" {
			c.Lang = t.lang
		}
		if why == cors.AllowOriginMultiple {
			c.Note = Text(strings.TrimSpace(string(onlyOnce[t.target]) + " " + string(c.Note)))
		}
		all = append(all, c)
	}
	return all
}

// onlyOnce says how each server keeps a second layer from adding the fields again.
var onlyOnce = map[string]Text{
	"corshttp":    "Wrap the handler once, and take out of the application what sets the fields by hand.",
	"express":     "Use the package once, and take out `res.setHeader(\"Access-Control-...\")`.",
	"nginx":       "If the application sends the fields as well, keep them back with `proxy_hide_header Access-Control-Allow-Origin;` (one line for each field), or leave out the lines here.",
	"caddy":       "If the application sends the fields as well, take them out with `header_down -Access-Control-*` inside `reverse_proxy`.",
	"apache":      "If the application sends the fields as well, take them out with `Header onsuccess unset Access-Control-Allow-Origin` (one line for each field).",
	"envoy":       "Let the filter do it, or the application. `response_headers_to_remove` on the route takes out the application's fields.",
	"gateway-api": "If the application sends the fields as well, remove them with a `ResponseHeaderModifier` filter, or do it in the application alone.",
	"s3":          "If a CDN in front of the bucket adds the fields, take them out there.",
}

// quotedList writes texts as a list of double-quoted ones, which is right for Go,
// JavaScript, YAML and JSON alike, since a wish holds tokens and origins only.
func quotedList(list ...string) string {
	marked := make([]string, len(list))
	for i, s := range list {
		marked[i] = `"` + s + `"`
	}
	return strings.Join(marked, ", ")
}

func corshttpConfig(w wish) (string, Text) {
	type field struct{ name, value string }
	list := func(items ...string) string { return "[]string{" + quotedList(items...) + "}" }
	fields := []field{{"AllowOrigins", list(w.origin)}}
	for _, f := range []struct {
		name  string
		items []string
	}{{"AllowMethods", w.methods()}, {"AllowHeaders", w.headers}, {"ExposeHeaders", w.expose}} {
		if len(f.items) > 0 {
			fields = append(fields, field{f.name, list(f.items...)})
		}
	}
	if w.credentials {
		fields = append(fields, field{"AllowCredentials", "true"})
	}
	if _, err := policy.Compile(w.policy()); err != nil { // valid has tried all but this
		fields = append(fields, field{"DangerouslyAllowInsecureOrigins", "true"})
	}
	width := 0
	for _, f := range fields {
		width = max(width, len(f.name))
	}
	var b strings.Builder
	b.WriteString("c, err := policy.Compile(policy.Policy{\n")
	for _, f := range fields {
		fmt.Fprintf(&b, "\t%-*s %s,\n", width+1, f.name+":", f.value)
	}
	b.WriteString("})\nif err != nil {\n\treturn err // every problem, with its cure\n}\nhandler := corshttp.New(c).Wrap(api)\n")
	return b.String(), "Outermost, around authentication, redirects and routes: then preflights end there, and answers of every status carry the fields."
}

func expressConfig(w wish) (string, Text) {
	var b strings.Builder
	b.WriteString("const cors = require(\"cors\");\n\napp.use(cors({\n")
	fmt.Fprintf(&b, "  origin: [%s],\n", quotedList(w.origin))
	if w.method != "" {
		fmt.Fprintf(&b, "  methods: [%s],\n", quotedList(append([]string{"GET", "HEAD", "POST"}, w.methods()...)...))
	}
	if len(w.headers) > 0 {
		fmt.Fprintf(&b, "  allowedHeaders: [%s],\n", quotedList(w.headers...))
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, "  exposedHeaders: [%s],\n", quotedList(w.expose...))
	}
	if w.credentials {
		b.WriteString("  credentials: true,\n")
	}
	b.WriteString("}));\n")
	return b.String(), "Before every route and before authentication. The package answers preflights itself, and adds `Vary: Origin` for a list of origins."
}

func nginxConfig(w wish) (string, Text) {
	var b strings.Builder
	fmt.Fprintf(&b, "# in http { ... }\nmap $http_origin $cors_origin {\n    default \"\";\n    \"%s\" $http_origin;\n}\n", w.origin)
	if w.credentials {
		fmt.Fprintf(&b, "map $cors_origin $cors_credentials {\n    default \"\";\n    \"%s\" true;\n}\n", w.origin)
	}
	b.WriteString("\n# in the location { ... }\n")
	if w.preflighted {
		b.WriteString("if ($request_method = OPTIONS) {\n")
		w.nginxFields(&b, "    ")
		if w.method != "" {
			fmt.Fprintf(&b, "    add_header Access-Control-Allow-Methods \"%s\" always;\n", strings.Join(w.methods(), ", "))
		}
		if len(w.headers) > 0 {
			fmt.Fprintf(&b, "    add_header Access-Control-Allow-Headers \"%s\" always;\n", strings.Join(w.headers, ", "))
		}
		b.WriteString("    return 204;\n}\n")
	}
	w.nginxFields(&b, "")
	return b.String(), "`always` makes error answers carry the fields too. A `location` with an `add_header` of its own inherits none from outside. Fields without a value are not sent, so other origins get none."
}

func (w wish) nginxFields(b *strings.Builder, indent string) {
	b.WriteString(indent + "add_header Access-Control-Allow-Origin $cors_origin always;\n")
	if w.credentials {
		b.WriteString(indent + "add_header Access-Control-Allow-Credentials $cors_credentials always;\n")
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(b, "%sadd_header Access-Control-Expose-Headers \"%s\" always;\n", indent, strings.Join(w.expose, ", "))
	}
	b.WriteString(indent + "add_header Vary Origin always;\n")
}

func caddyConfig(w wish) (string, Text) {
	var b strings.Builder
	fmt.Fprintf(&b, "@cors header Origin %s\n", w.origin)
	if w.preflighted {
		fmt.Fprintf(&b, "@preflight {\n\tmethod OPTIONS\n\theader Origin %s\n\theader Access-Control-Request-Method *\n}\n", w.origin)
	}
	fmt.Fprintf(&b, "route {\n\theader +Vary Origin\n\theader @cors Access-Control-Allow-Origin %s\n", w.origin)
	if w.credentials {
		b.WriteString("\theader @cors Access-Control-Allow-Credentials true\n")
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, "\theader @cors Access-Control-Expose-Headers \"%s\"\n", strings.Join(w.expose, ", "))
	}
	if w.preflighted {
		if w.method != "" {
			fmt.Fprintf(&b, "\theader @preflight Access-Control-Allow-Methods \"%s\"\n", strings.Join(w.methods(), ", "))
		}
		if len(w.headers) > 0 {
			fmt.Fprintf(&b, "\theader @preflight Access-Control-Allow-Headers \"%s\"\n", strings.Join(w.headers, ", "))
		}
		b.WriteString("\trespond @preflight 204\n")
	}
	b.WriteString("\t# what was here before: basic_auth, redir, reverse_proxy ...\n}\n")
	return b.String(), "`route` keeps this order; without it, Caddy sorts its directives and would ask for a sign-in first."
}

func apacheConfig(w wish) (string, Text) {
	var b strings.Builder
	fmt.Fprintf(&b, "SetEnvIf Origin \"^%s$\" CORS_ORIGIN=$0\n", regexp.QuoteMeta(w.origin))
	b.WriteString("Header always set Access-Control-Allow-Origin \"%{CORS_ORIGIN}e\" env=CORS_ORIGIN\n")
	if w.credentials {
		b.WriteString("Header always set Access-Control-Allow-Credentials \"true\" env=CORS_ORIGIN\n")
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, "Header always set Access-Control-Expose-Headers \"%s\" env=CORS_ORIGIN\n", strings.Join(w.expose, ", "))
	}
	b.WriteString("Header always merge Vary \"Origin\"\n")
	if w.method != "" {
		fmt.Fprintf(&b, "Header always set Access-Control-Allow-Methods \"%s\" env=CORS_ORIGIN\n", strings.Join(w.methods(), ", "))
	}
	if len(w.headers) > 0 {
		fmt.Fprintf(&b, "Header always set Access-Control-Allow-Headers \"%s\" env=CORS_ORIGIN\n", strings.Join(w.headers, ", "))
	}
	if w.preflighted {
		b.WriteString("RewriteEngine On\nRewriteCond %{REQUEST_METHOD} =OPTIONS\nRewriteCond %{HTTP:Access-Control-Request-Method} !=\"\"\nRewriteRule ^ - [R=204,L]\n")
	}
	return b.String(), "In the `<VirtualHost>`, with mod_headers, mod_setenvif and mod_rewrite. `always` makes error answers carry the fields too. In `.htaccess` the rewriting would come after authentication, too late for preflights."
}

func envoyConfig(w wish) (string, Text) {
	var b strings.Builder
	b.WriteString("# in http_filters, before jwt_authn, ext_authz and the like:\n" +
		"- name: envoy.filters.http.cors\n  typed_config:\n    \"@type\": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors\n" +
		"# on the route or the virtual host:\ntyped_per_filter_config:\n  envoy.filters.http.cors:\n" +
		"    \"@type\": type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy\n")
	fmt.Fprintf(&b, "    allow_origin_string_match:\n    - exact: \"%s\"\n", w.origin)
	if w.method != "" {
		fmt.Fprintf(&b, "    allow_methods: \"%s\"\n", strings.Join(w.methods(), ", "))
	}
	if len(w.headers) > 0 {
		fmt.Fprintf(&b, "    allow_headers: \"%s\"\n", strings.Join(w.headers, ", "))
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, "    expose_headers: \"%s\"\n", strings.Join(w.expose, ", "))
	}
	if w.credentials {
		b.WriteString("    allow_credentials: true\n")
	}
	return b.String(), "If a cache stands in front, see whether the answers have `Vary: Origin`; `response_headers_to_add` adds it."
}

func gatewayConfig(w wish) (string, Text) {
	var b strings.Builder
	fmt.Fprintf(&b, "# in a rule of the HTTPRoute\nfilters:\n- type: CORS\n  cors:\n    allowOrigins: [%s]\n", quotedList(w.origin))
	if w.method != "" {
		fmt.Fprintf(&b, "    allowMethods: [%s]\n", quotedList(w.methods()...))
	}
	if len(w.headers) > 0 {
		fmt.Fprintf(&b, "    allowHeaders: [%s]\n", quotedList(w.headers...))
	}
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, "    exposeHeaders: [%s]\n", quotedList(w.expose...))
	}
	if w.credentials {
		b.WriteString("    allowCredentials: true\n")
	}
	return b.String(), "The filter `CORS` is newer than most others, and not every implementation has it yet; see what yours says of `HTTPRouteCORS`."
}

// s3Methods are those that S3 knows.
var s3Methods = []string{"GET", "PUT", "POST", "DELETE", "HEAD"}

func s3Config(w wish) (string, Text) {
	methods := w.methods()
	if len(methods) == 0 {
		methods = []string{"GET"}
	}
	for _, m := range methods {
		if !slices.Contains(s3Methods, m) {
			return "", Text("S3 cannot do this: a bucket's rules know `GET`, `HEAD`, `POST`, `PUT` and `DELETE` only, and " + code(m) + " is none of them.")
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[\n  {\n    \"AllowedOrigins\": [%s],\n    \"AllowedMethods\": [%s],\n    \"AllowedHeaders\": [%s]", quotedList(w.origin), quotedList(methods...), quotedList(w.headers...))
	if len(w.expose) > 0 {
		fmt.Fprintf(&b, ",\n    \"ExposeHeaders\": [%s]", quotedList(w.expose...))
	}
	b.WriteString("\n  }\n]\n")
	note := Text("As the bucket's CORS configuration: `aws s3api put-bucket-cors` wants it inside `{\"CORSRules\": ...}`.")
	if w.credentials {
		note += " The rules have no field for credentials, so S3 cannot be told to allow them for this site and not for that one. Presigned addresses need none: make the request without credentials."
	}
	return b.String(), note
}
