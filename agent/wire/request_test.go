package wire

import (
	"strings"
	"testing"
)

// A request is written as it is given: order, spelling and odd bytes are kept.
func TestRequestHead(t *testing.T) {
	body := strings.NewReader("12345")
	tests := []struct {
		name string
		r    Request
		want string
	}{
		{"GET", Request{Method: "GET", Target: "/a?b", Header: []Field{{"b", "1"}, {"A", "2"}}}, "GET /a?b HTTP/1.1\r\nHost: h\r\nb: 1\r\nA: 2\r\n\r\n"},
		{"Host given", Request{Method: "GET", Target: "/", Header: []Field{{"A", "1"}, {"hOST", "other"}}}, "GET / HTTP/1.1\r\nA: 1\r\nhOST: other\r\n\r\n"},
		{"odd bytes", Request{Method: "patch", Target: "/\xe9", Header: []Field{{"A", "\x01\x7f\xe9\t\x0b "}}}, "patch /\xe9 HTTP/1.1\r\nHost: h\r\nA: \x01\x7f\xe9\t\x0b \r\n\r\n"},
		{"asterisk", Request{Method: "OPTIONS", Target: "*"}, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"POST without body", Request{Method: "POST", Target: "/"}, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
		{"PUT without body", Request{Method: "PUT", Target: "/"}, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
		{"DELETE without body", Request{Method: "DELETE", Target: "/"}, "DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"},
		{"DELETE with empty body", Request{Method: "DELETE", Target: "/", Body: body}, "DELETE / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"},
		{"length", Request{Method: "POST", Target: "/", Body: body, Length: 5}, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"},
		{"length placed", Request{Method: "POST", Target: "/", Body: body, Length: 5, Header: []Field{{"content-length", "5"}, {"A", "1"}}}, "POST / HTTP/1.1\r\nHost: h\r\ncontent-length: 5\r\nA: 1\r\n\r\n"},
		{"unknown length", Request{Method: "POST", Target: "/", Body: body, Length: -1}, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"unknown length placed", Request{Method: "POST", Target: "/", Body: body, Length: -1, Header: []Field{{"Transfer-Encoding", "chunked"}, {"A", "1"}}}, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nA: 1\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.r.Scheme, tt.r.Host = "http", "h"
			o, err := tt.r.outline()
			if err != nil {
				t.Fatal(err)
			}
			if got := string(tt.r.appendHead(nil, o)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Nothing in a request can end its head early, begin another request, or give
// its body another end than the server will see.
func TestRequestRefused(t *testing.T) {
	body := strings.NewReader("12345")
	field := func(name, value string) func(*Request) {
		return func(r *Request) { r.Header = []Field{{"A", "1"}, {name, value}} }
	}
	tests := []struct {
		name   string
		change func(*Request)
		says   string
	}{
		{"no method", func(r *Request) { r.Method = "" }, "method"},
		{"method with a space", func(r *Request) { r.Method = "GET / HTTP/1.1\r\nA:" }, "method"},
		{"CONNECT", func(r *Request) { r.Method = "CONNECT" }, "tunnel"},
		{"other scheme", func(r *Request) { r.Scheme = "ftp" }, "scheme"},
		{"no target", func(r *Request) { r.Target = "" }, "target"},
		{"whole URL", func(r *Request) { r.Target = "http://h/" }, "target"},
		{"target with a space", func(r *Request) { r.Target = "/ HTTP/1.1" }, "percent-encode"},
		{"target with CR LF", func(r *Request) { r.Target = "/\r\nA: 1" }, "percent-encode"},
		{"target with NUL", func(r *Request) { r.Target = "/\x00" }, "percent-encode"},
		{"no host", func(r *Request) { r.Host = "" }, "host"},
		{"host with CR LF", func(r *Request) { r.Host = "h\r\nA: 1" }, "host"},
		{"host with a path", func(r *Request) { r.Host = "h/a" }, "host"},
		{"host with a user", func(r *Request) { r.Host = "u@h" }, "host"},
		{"only a port", func(r *Request) { r.Host = ":80" }, "host"},
		{"empty port", func(r *Request) { r.Host = "h:" }, "host"},
		{"port 0", func(r *Request) { r.Host = "h:0" }, "host"},
		{"port too large", func(r *Request) { r.Host = "h:65536" }, "host"},
		{"port not a number", func(r *Request) { r.Host = "h:8o" }, "host"},
		{"IPv6 without brackets", func(r *Request) { r.Host = "::1" }, "host"},
		{"brackets open", func(r *Request) { r.Host = "[::1" }, "host"},
		{"brackets inside", func(r *Request) { r.Host = "a[::1]" }, "host"},
		{"no field name", field("", "1"), "field name"},
		{"field name with a colon", field("A: 1\r\nB", "2"), "field name"},
		{"field name with a space", field("A ", "1"), "field name"},
		{"value with CR LF", field("B", "1\r\nC: 2"), "NUL, CR or LF"},
		{"value with CR", field("B", "1\rC: 2"), "NUL, CR or LF"},
		{"value with LF", field("B", "1\nC: 2"), "NUL, CR or LF"},
		{"value with NUL", field("B", "1\x00"), "NUL, CR or LF"},
		{"two hosts", func(r *Request) { r.Header = []Field{{"Host", "a"}, {"host", "b"}} }, "two Host"},
		{"another length", field("Content-Length", "4"), "does not agree"},
		{"length in another form", field("Content-Length", "05"), "does not agree"},
		{"two lengths", func(r *Request) { r.Header = []Field{{"Content-Length", "5"}, {"Content-Length", "5"}} }, "does not agree"},
		{"chunked and a length", field("Transfer-Encoding", "chunked"), "does not agree"},
		{"length and chunked", func(r *Request) { r.Length = -1; r.Header = []Field{{"Content-Length", "5"}} }, "does not agree"},
		{"other coding", func(r *Request) { r.Length = -1; r.Header = []Field{{"Transfer-Encoding", "gzip"}} }, "does not agree"},
		{"negative length", func(r *Request) { r.Length = -2 }, "negative"},
		{"length without body", func(r *Request) { r.Body = nil }, "no body"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &Request{Method: "POST", Scheme: "http", Host: "h", Target: "/", Body: body, Length: 5}
			tt.change(r)
			_, err := new(Client).RoundTrip(t.Context(), r)
			if KindOf(err) != InvalidRequest || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want an invalid request that says %q", err, tt.says)
			}
		})
	}
}

// Hosts are taken apart as the URL standard writes them.
func TestSplitHost(t *testing.T) {
	tests := []struct{ in, name, port string }{
		{"example.com", "example.com", ""},
		{"example.com:8080", "example.com", "8080"},
		{"127.0.0.1:1", "127.0.0.1", "1"},
		{"[::1]", "::1", ""},
		{"[::1]:65535", "::1", "65535"},
	}
	for _, tt := range tests {
		if !isAuthority(tt.in) {
			t.Errorf("%s is refused", tt.in)
		}
		if name, port := splitHost(tt.in); name != tt.name || port != tt.port {
			t.Errorf("%s is taken for %q and %q", tt.in, name, port)
		}
	}
}
