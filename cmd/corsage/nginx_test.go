//go:build nginx

package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/corsage-go/corsage/cors/probe"
	"github.com/corsage-go/corsage/internal/findings"
)

// nginxRoute is one way to configure CORS in nginx, and what is to be found on it.
type nginxRoute struct {
	name    string
	allows  string   // patterns of a map from Origin to what is let in; "" for the right one
	origin  string   // value of Access-Control-Allow-Origin; "" for what the map lets in
	open    bool     // without credentials
	always  string   // header fields of every answer, in place of the right ones
	preOnly bool     // the fields are set for preflights only: an add_header in an "if" hides the outer ones
	methods string   // value of Access-Control-Allow-Methods
	headers string   // value of Access-Control-Allow-Headers
	maxAge  string   //
	noVary  bool     //
	want    []string // the rules, sorted
}

var nginxRoutes = []nginxRoute{
	{name: "correct"},
	{name: "public", origin: `"*"`, open: true, noVary: true},
	{name: "reflects", origin: "$http_origin", open: true, want: []string{"low origin-reflected"}},
	{name: "reflects-with-credentials", origin: "$http_origin", want: []string{"high origin-reflected"}},
	{name: "null", allows: `"~^(https://app\.example|null)$"`, want: []string{"high origin-null"}},
	{name: "prefix", allows: `"~^https://app\.example"`, want: []string{
		"high origin-prefix", "high origin-special", "medium origin-port", "medium origin-trailing-dot",
	}},
	{name: "suffix", allows: `"~app\.example$"`, want: []string{"high origin-scheme", "high origin-suffix", "low origin-subdomain"}},
	{name: "subdomain", allows: `"~^https://([a-z-]+\.)*app\.example$"`, want: []string{"low origin-subdomain"}},
	{name: "dot", allows: `"~^https://app.example$"`, want: []string{"high origin-dot"}},
	{name: "special", allows: `"~^https://app\.example($|[^a-z0-9.:-])"`, want: []string{"high origin-special"}},
	{name: "http", allows: `"~^https?://app\.example$"`, want: []string{"high origin-scheme"}},
	{name: "port", allows: `"~^https://app\.example(:[0-9]+)?$"`, want: []string{"medium origin-port"}},
	// A map without "~" is compared without regard to case, which most people do not know.
	{name: "map", allows: `"https://app.example"`, want: []string{"info origin-case"}},
	{name: "wildcard-with-credentials", origin: `"*"`, noVary: true, want: []string{"low wildcard-with-credentials"}},
	{name: "no-vary", noVary: true, want: []string{"medium vary-missing"}},
	{name: "twice", always: "add_header Access-Control-Allow-Origin $let_twice always; add_header Access-Control-Allow-Origin $let_twice always; add_header Vary Origin always;", want: []string{"medium allow-origin-multiple"}},
	{name: "slash", origin: `"https://app.example/"`, open: true, noVary: true, want: []string{"medium allow-origin-mismatch"}},
	{name: "preflight-only", preOnly: true, want: []string{"medium allow-origin-missing", "medium preflight-disagrees"}},
	{name: "max-age", maxAge: "31536000", want: []string{"low max-age-too-long"}},
	{name: "any-method", methods: "$http_access_control_request_method", want: []string{"medium any-method"}},
	{name: "more-methods", methods: `"GET, PUT, PATCH, DELETE"`, want: []string{"low methods-wider"}},
	{name: "any-header", headers: "$http_access_control_request_headers", want: []string{"low any-header"}},
}

// What is misconfigured in a real nginx is found, each thing for itself, and nothing
// is found where all is right.
func TestNginxAudit(t *testing.T) {
	base := startNginx(t)
	for _, route := range nginxRoutes {
		t.Run(route.name, func(t *testing.T) {
			var out, problems bytes.Buffer
			args := []string{"audit", base + "/" + route.name, "--origin", appOrigin, "--format", "json", "--rate", "0"}
			code := run(t.Context(), args, console{out: &out, err: &problems})
			r, err := findings.Read(&out)
			if err != nil {
				t.Fatalf("exit code %d, %v: %s", code, err, &problems)
			}
			var got []string
			for _, o := range r.Outcomes {
				if o.Unreachable != "" {
					t.Fatalf("%s: %s", o.Name, o.Unreachable)
				}
				if o.Finding != nil {
					got = append(got, o.Severity.String()+" "+o.Finding.Rule)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, route.want) {
				t.Errorf("found %q, want %q", got, route.want)
			}
			if wantCode := exitOfWorst(r.Worst()); code != wantCode {
				t.Errorf("exit code %d, want %d", code, wantCode)
			}
		})
	}
}

func exitOfWorst(s probe.Severity) int {
	if s > probe.Info {
		return exitFailed
	}
	return exitOK
}

// A contract is kept by an nginx that is right, and each promise that another breaks
// is named.
func TestNginxCheck(t *testing.T) {
	base := startNginx(t)
	for name, want := range map[string][]string{
		"correct": nil, "null": {"refused"}, "no-vary": {"vary"}, "max-age": {"max-age", "max-age"},
		"any-header": {"header-refused"}, "more-methods": {"method-refused", "method-refused"},
		"preflight-only": {"error-readable", "readable"},
		"sometimes":      {"error-readable"}, // add_header without "always" leaves errors out
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "cors.yaml")
			if err := os.WriteFile(file, []byte(fmt.Sprintf(nginxContract, name, name)), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, problems bytes.Buffer
			run(t.Context(), []string{"check", file, "--base", base, "--format", "json", "--rate", "0"}, console{out: &out, err: &problems})
			r, err := findings.Read(&out)
			if err != nil {
				t.Fatalf("%v: %s", err, &problems)
			}
			var got []string
			for _, o := range r.Outcomes {
				if o.Unreachable != "" {
					t.Fatalf("%s: %s", o.Name, o.Unreachable)
				}
				if o.Broken() {
					got = append(got, o.Rule)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("broken are %q, want %q", got, want)
			}
		})
	}
}

const nginxContract = `version: 1
routes:
  - path: /%s
    rules:
      - allowOrigins: [https://app.example]
        allowMethods: [GET, PUT]
        allowHeaders: [Authorization, Content-Type]
        allowCredentials: true
        maxAge: {atMost: 86400}
    errors:
      - path: /%s/none
        status: 404
`

// startNginx starts nginx and returns its origin. It gets a socket that listens
// already, as it does from the nginx that it takes the place of in an upgrade: so no
// port is guessed and nothing has to be waited for.
func startNginx(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	conf := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(conf, []byte(nginxConf(l.Addr().String())), 0o600); err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx" // where Debian has it, which is not on everybody's path
	}
	var log bytes.Buffer
	server := exec.Command(path, "-p", folder, "-c", conf, "-e", "stderr")
	server.Env = append(os.Environ(), "NGINX=3;")
	server.ExtraFiles = []*os.File{socket}
	server.Stderr = &log
	if err := server.Start(); err != nil {
		t.Fatalf("%v; scripts/setup says what to install", err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM) // its worker goes with it
		_ = server.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	return "http://" + l.Addr().String()
}

func nginxConf(address string) string {
	var maps, locations strings.Builder
	for _, r := range nginxRoutes {
		r.write(&maps, &locations)
	}
	locations.WriteString(sometimes)
	return fmt.Sprintf(`daemon off;
worker_processes 1;
pid nginx.pid;
error_log stderr warn;
events {}
http {
	access_log off;
	client_body_temp_path body;
	proxy_temp_path proxy;
	fastcgi_temp_path fastcgi;
	uwsgi_temp_path uwsgi;
	scgi_temp_path scgi;
	variables_hash_max_size 4096;
	%s
	server {
		listen %s;
		default_type text/plain;
		%s
	}
}
`, &maps, address, &locations)
}

// write writes a route and the map that says whom it lets in.
func (r nginxRoute) write(maps, locations *strings.Builder) {
	id := strings.ReplaceAll(r.name, "-", "_")
	allows := or(r.allows, `"~^https://app\.example$"`)
	fmt.Fprintf(maps, "map $http_origin $let_%s { default \"\"; %s $http_origin; }\n", id, allows)
	fmt.Fprintf(maps, "map $let_%s $may_%s { default \"true\"; \"\" \"\"; }\n", id, id)
	credentials := "$may_" + id
	if strings.HasPrefix(r.origin, "$") || strings.HasPrefix(r.origin, `"`) {
		credentials = `"true"`
	}
	fields := "add_header Access-Control-Allow-Origin " + or(r.origin, "$let_"+id) + " always;"
	if !r.open {
		fields += " add_header Access-Control-Allow-Credentials " + credentials + " always;"
	}
	if !r.noVary {
		fields += " add_header Vary Origin always;"
	}
	fields = or(r.always, fields)
	answer := fields
	if r.preOnly {
		answer = "add_header Vary Origin always;"
	}
	fmt.Fprintf(locations, `location /%s {
	if ($request_method = OPTIONS) {
		%s
		add_header Access-Control-Allow-Methods %s;
		add_header Access-Control-Allow-Headers %s;
		add_header Access-Control-Max-Age %s;
		add_header Allow "GET, HEAD, PUT, OPTIONS";
		return 204;
	}
	%s
	location /%s/none { %s return 404 "nothing"; }
	return 200 "albums";
}
`, r.name, fields, or(r.methods, `"GET, PUT"`), or(r.headers, `"authorization, content-type"`), or(r.maxAge, "600"), answer, r.name, answer)
}

// sometimes is the commonest of nginx's traps: without "always", answers of errors
// have none of the fields.
const sometimes = `location /sometimes {
	if ($request_method = OPTIONS) {
		add_header Access-Control-Allow-Origin $let_correct;
		add_header Access-Control-Allow-Credentials $may_correct;
		add_header Access-Control-Allow-Methods "GET, PUT";
		add_header Access-Control-Allow-Headers "authorization, content-type";
		return 204;
	}
	add_header Access-Control-Allow-Origin $let_correct;
	add_header Access-Control-Allow-Credentials $may_correct;
	add_header Vary Origin;
	location /sometimes/none {
		add_header Access-Control-Allow-Origin $let_correct;
		add_header Access-Control-Allow-Credentials $may_correct;
		add_header Vary Origin;
		return 404 "nothing";
	}
	return 200 "albums";
}
`

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
