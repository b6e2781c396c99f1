package trace_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/corsage-go/corsage/cors/trace"
)

func readFile(t testing.TB, name string) *trace.Trace {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tr, err := trace.ReadHAR(f, trace.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// line writes what a file leaves out and reading adds.
func line(x *trace.Exchange) string {
	s := fmt.Sprintf("%s %s %s %d", x.ID, x.Request.Method, x.Request.URL, x.Status())
	for _, link := range []struct{ name, id string }{{"for", x.PreflightFor}, {"after", x.PreflightID}, {"by", x.RedirectedBy}, {"cache", x.Cache}, {"failed", x.Failure}} {
		if link.id != "" {
			s += " " + link.name + " " + link.id
		}
	}
	if x.Verdict != nil {
		s += fmt.Sprintf(": %s on the %s", x.Verdict.Reason, x.Verdict.On)
	}
	return s
}

// Files of browsers, which leave out verdicts and what belongs together, are read
// with both, and without secrets.
func TestReadHAROfBrowsers(t *testing.T) {
	for file, want := range map[string][]string{
		"testdata/chrome.har": {
			"1 PUT https://api.example/albums 0 after 2 failed net::ERR_FAILED",
			"2 OPTIONS https://api.example/albums 204 for 1: method-not-approved on the preflight",
			"3 GET https://api.example/me?access_token=[redacted]&v=2 401 failed net::ERR_FAILED: allow-origin-missing on the response",
			"4 GET https://down.example/x 0 failed net::ERR_NAME_NOT_RESOLVED: network-failed on the response",
			"5 GET https://api.example/latest 0 failed net::ERR_FAILED",
			"6 GET https://cdn.example/data.json 200 cache hit: allowed on the response",
		},
		"testdata/firefox.har": {
			"1 GET http://localhost:8080/albums 200: wildcard-with-credentials on the response",
			"2 OPTIONS http://localhost:8080/albums/7 302 for 3: preflight-redirect on the preflight",
			"3 DELETE http://localhost:8080/albums/7 0 after 2",
			"4 GET http://localhost:8080/old 301: allowed on the redirect",
			"5 GET http://localhost:8080/new 200 by 4: allowed on the response",
		},
	} {
		tr := readFile(t, file)
		var got []string
		for i := range tr.Exchanges {
			got = append(got, line(&tr.Exchanges[i]))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", file, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if s := fmt.Sprintf("%+v", tr); strings.Contains(s, "s3cret") || strings.Contains(s, "session=abc") {
			t.Errorf("%s: a secret is in the trace", file)
		}
	}
}

// What matters of Chrome's and Firefox's own fields is kept.
func TestReadHARDetails(t *testing.T) {
	chrome := readFile(t, "testdata/chrome.har")
	put, preflight, me := chrome.Exchanges[0], chrome.Exchanges[1], chrome.Exchanges[2]
	if put.Initiator != "https://app.example/app.js:42" || put.Priority != "High" || put.Type != "fetch" || put.Origin != "https://app.example" || put.Page != "https://app.example/albums?session=[redacted]" {
		t.Errorf("%+v", put)
	}
	if put.Fetch != preflight.Fetch || put.Fetch == me.Fetch {
		t.Errorf("fetches %q, %q and %q", put.Fetch, preflight.Fetch, me.Fetch)
	}
	want := trace.Timings{Blocked: 1200 * time.Microsecond, DNS: 3100 * time.Microsecond, Connect: 4500 * time.Microsecond, TLS: 8 * time.Millisecond, Send: 200 * time.Microsecond, Wait: 11200 * time.Microsecond, Receive: 200 * time.Microsecond}
	if preflight.Timings != want {
		t.Errorf("timings %+v, want %+v", preflight.Timings, want)
	}
	if got := me.Response.Header.Values("set-cookie"); !reflect.DeepEqual(got, []string{"a=[redacted]; Path=/", "b=[redacted]; Secure"}) {
		t.Errorf("cookies %q: lines of one field are to be told apart", got)
	}
	if b := put.Request.Body; b == nil || b.Text != `{"name": "New Album"}` {
		t.Errorf("body %+v", b)
	}
	firefox := readFile(t, "testdata/firefox.har")
	if c := firefox.Exchanges[0].Request.Header.Get("Cookie"); c != "sid=[redacted]" || firefox.Recorder != "Firefox 153.0" {
		t.Errorf("cookie %q, recorder %q", c, firefox.Recorder)
	}
}

// What is written is read again as it was.
func TestHARRoundTrip(t *testing.T) {
	for _, file := range []string{"testdata/chrome.har", "testdata/firefox.har"} {
		first := readFile(t, file)
		first.Events = []trace.Event{{Fetch: "1", On: "xhr", Type: "error", State: 4}}
		first.Exchanges[0].Cookies = []trace.Cookie{{Name: "a", Line: "a=[redacted]; Secure", Kept: true}}
		var b bytes.Buffer
		if err := trace.WriteHAR(&b, first, func(*trace.Exchange) []string { return []string{"Vary: Origin"} }); err != nil {
			t.Fatal(err)
		}
		second, err := trace.ReadHAR(bytes.NewReader(b.Bytes()), trace.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range first.Exchanges {
			x, y := first.Exchanges[i], second.Exchanges[i]
			x.Started, y.Started = x.Started.UTC(), y.Started.UTC()
			if x.Failure != "" || x.Timings != y.Timings { // of what did not happen, HAR knows 0 only
				x.Timings = y.Timings
			}
			if !reflect.DeepEqual(x, y) {
				t.Errorf("%s: written\n%+v %+v\nread\n%+v %+v", file, x, x.Response, y, y.Response)
			}
		}
		if !reflect.DeepEqual(first.Events, second.Events) || second.Recorder != first.Recorder {
			t.Errorf("%s: events %+v, recorder %q", file, second.Events, second.Recorder)
		}
		if !strings.Contains(b.String(), `"remedy":["Vary: Origin"]`) {
			t.Errorf("%s: the remedy is not in the file", file)
		}
	}
}

// JSON of our own form is read as it was written.
func TestJSONRoundTrip(t *testing.T) {
	first := readFile(t, "testdata/chrome.har")
	var b bytes.Buffer
	if err := trace.WriteJSON(&b, first); err != nil {
		t.Fatal(err)
	}
	second, err := trace.ReadJSON(&b, trace.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range first.Exchanges {
		if x, y := line(&first.Exchanges[i]), line(&second.Exchanges[i]); x != y {
			t.Errorf("written %s, read %s", x, y)
		}
	}
	if _, err := trace.ReadJSON(strings.NewReader(`{"exchanges":[{"id":"1","verdict":{"reason":"magic","on":"response"}}]}`), trace.ReadOptions{}); err == nil || !strings.Contains(err.Error(), "magic") {
		t.Errorf("a verdict that nobody knows: %v", err)
	}
}

// A file that is broken, or no HAR file, is an error that says where.
func TestReadHARErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                              "unexpected EOF",
		`{"log": {"entries": [`:         "entry 1",
		`[]`:                            "where '{' should be",
		`{"exchanges": []}`:             "is this a HAR file?",
		`{"log": {"entries": [{}, 7]}}`: "entry 2",
		`{"log": {"entries": {}}}`:      "where '[' should be",
		`{"log": {"entries": [{"_cors": {"reason": "magic"}}]}}`: "entry 1",
	} {
		if _, err := trace.ReadHAR(strings.NewReader(text), trace.ReadOptions{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want it to say %q", text, err, want)
		}
	}
}

// Bounds hold whatever a file says.
func TestReadHARLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"log": {"entries": [`)
	for i := range 5 {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"request": {"method": "GET", "url": "http://a.test/%s", "headers": [%s{"name": "a", "value": "1"}]}, "response": {"status": 200, "content": {"text": %q}}}`,
			strings.Repeat("x", 100), strings.Repeat(`{"name": "a", "value": "1"},`, 10), strings.Repeat("é", 100))
	}
	b.WriteString("]}}")
	tr, err := trace.ReadHAR(strings.NewReader(b.String()), trace.ReadOptions{Limits: trace.Limits{Exchanges: 3, Fields: 4, Value: 50, Body: 11}})
	if err != nil {
		t.Fatal(err)
	}
	x := tr.Exchanges[0]
	if len(tr.Exchanges) != 3 || tr.Dropped != 2 || len(x.Request.Header) != 4 || len(x.Request.URL) != 50 || x.Response.Body.Text != "ééééé" || !x.Response.Body.Truncated {
		t.Errorf("%d exchanges, %d dropped, %d fields, %d bytes of URL, body %+v", len(tr.Exchanges), tr.Dropped, len(x.Request.Header), len(x.Request.URL), x.Response.Body)
	}
}

// largeHAR is a file of about so many bytes, made as it is read: 60 KB bodies, as
// pages of many scripts have them.
func largeHAR(size int) io.Reader {
	entry := fmt.Sprintf(`{"startedDateTime":"2026-03-02T09:15:02.000Z","time":12,"request":{"method":"GET","url":"https://api.example/r?page=%%d","httpVersion":"h2","headers":[%s{"name":"origin","value":"https://app.example"}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},"response":{"status":200,"statusText":"","httpVersion":"h2","headers":[%s{"name":"access-control-allow-origin","value":"*"}],"cookies":[],"content":{"size":61440,"mimeType":"application/json","text":"%s"},"redirectURL":"","headersSize":-1,"bodySize":-1},"cache":{},"timings":{"blocked":1,"dns":-1,"ssl":-1,"connect":-1,"send":0.1,"wait":10,"receive":0.9}}`,
		strings.Repeat(`{"name":"accept-language","value":"en-US,en;q=0.9"},`, 20), strings.Repeat(`{"name":"x-frame-options","value":"SAMEORIGIN"},`, 20), strings.Repeat(`{\"id\": 7, \"name\": \"Album\"}, `, 1800))
	n := size / len(entry)
	parts := []io.Reader{strings.NewReader(`{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"pages":[],"entries":[`)}
	for i := range n {
		if i > 0 {
			parts = append(parts, strings.NewReader(","))
		}
		parts = append(parts, strings.NewReader(fmt.Sprintf(entry, i)))
	}
	return io.MultiReader(append(parts, strings.NewReader("]}}"))...)
}

// BenchmarkReadHAR reads a file of 100 MB, and reports the most memory that was
// in use, as a part of the file's size.
func BenchmarkReadHAR(b *testing.B) {
	const size = 100 << 20
	b.SetBytes(size)
	for b.Loop() {
		file := &peak{r: largeHAR(size)}
		runtime.GC()
		file.before = inUse()
		tr, err := trace.ReadHAR(file, trace.ReadOptions{})
		if err != nil || len(tr.Exchanges) < 1000 {
			b.Fatal(len(tr.Exchanges), err)
		}
		b.ReportMetric(float64(file.most)/size, "memory/size")
	}
}

// peak watches the memory in use while a file is read.
type peak struct {
	r            io.Reader
	before, most uint64
	reads        int
}

func (p *peak) Read(b []byte) (int, error) {
	if p.reads++; p.reads%64 == 0 {
		if now := inUse(); now > p.before {
			p.most = max(p.most, now-p.before)
		}
	}
	return p.r.Read(b)
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}
