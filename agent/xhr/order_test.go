package xhr_test

import (
	"context"
	"testing"

	"github.com/corsage-go/corsage/agent/xhr"
)

// Events fire in the standard's order, whichever way the request goes, and
// whether the script's goroutine waits for the network itself or not.
//
// Standard: https://xhr.spec.whatwg.org/#event-handlers
func TestEventOrder(t *testing.T) {
	tests := []struct {
		name    string
		fetch   fetcher
		profile xhr.Profile
		method  string
		body    xhr.Body
		upload  bool
		abortAt string
		want    string
	}{
		{
			name: "success", fetch: answering(t, "ok"),
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)",
		},
		{
			name: "success in Chromium", fetch: answering(t, "ok"), profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)",
		},
		{
			name: "an empty body has progress but no readyState 3", fetch: answering(t, ""),
			want: "1 loadstart@1(0/0) 2 progress@2(0/0) 4 load@4(0/0) loadend@4(0/0)",
		},
		{
			name: "an empty body in Chromium", fetch: answering(t, ""), profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 2 4 load@4(0/0) loadend@4(0/0)",
		},
		{
			name: "a blocked request", fetch: blocked,
			want: "1 loadstart@1(0/0) 4 error@4(0/0) loadend@4(0/0)",
		},
		{
			name: "a blocked upload", fetch: blocked, method: "POST", body: xhr.Text("hello"), upload: true,
			want: "1 loadstart@1(0/0) u.loadstart@1(0/5) 4 u.error@4(0/0) u.loadend@4(0/0) error@4(0/0) loadend@4(0/0)",
		},
		{
			name: "a blocked request without a body has no upload", fetch: blocked, method: "PUT", upload: true,
			want: "1 loadstart@1(0/0) 4 error@4(0/0) loadend@4(0/0)",
		},
		{
			name: "in Chromium it has one", fetch: blocked, method: "PUT", upload: true, profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 4 u.error@4(0/0) u.loadend@4(0/0) error@4(0/0) loadend@4(0/0)",
		},
		{
			name: "abort in loadstart", fetch: hanging, abortAt: "loadstart",
			want: "1 loadstart@1(0/0) 4 abort@4(0/0) loadend@4(0/0)",
		},
		{
			name: "abort in the upload's loadstart", fetch: hanging, abortAt: "u.loadstart",
			method: "POST", body: xhr.Text("hello"), upload: true,
			want: "1 loadstart@1(0/0) u.loadstart@1(0/5) 4 u.abort@4(0/0) u.loadend@4(0/0) abort@4(0/0) loadend@4(0/0)",
		},
		{
			name: "abort at readyState 2", fetch: answering(t, "ok"), abortAt: "2",
			want: "1 loadstart@1(0/0) 2 4 abort@4(0/0) loadend@4(0/0)",
		},
		{
			name: "abort at readyState 3", fetch: answering(t, "ok"), abortAt: "3",
			want: "1 loadstart@1(0/0) 2 3 4 abort@4(0/0) loadend@4(0/0) progress@0(2/2)",
		},
		{
			name: "abort at readyState 3 in Chromium", fetch: answering(t, "ok"), abortAt: "3", profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 2 3 4 abort@4(0/0) loadend@4(0/0) progress@0(0/0)",
		},
		{
			name: "abort in progress", fetch: answering(t, "ok"), abortAt: "progress",
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) 4 abort@4(0/0) loadend@4(0/0)",
		},
		{
			name: "abort at readyState 4", fetch: answering(t, "ok"), abortAt: "4",
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) progress@3(2/2) 4 load@0(2/2) loadend@0(2/2)",
		},
		{
			name: "abort at readyState 4 in Chromium", fetch: answering(t, "ok"), abortAt: "4", profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) 4",
		},
		{
			name: "abort in load in Chromium", fetch: answering(t, "ok"), abortAt: "load", profile: xhr.ChromiumProfile,
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) 4 load@4(2/2) loadend@0(0/0)",
		},
		{
			name: "abort in loadend", fetch: answering(t, "ok"), abortAt: "loadend",
			want: "1 loadstart@1(0/0) 2 3 progress@3(2/2) progress@3(2/2) 4 load@4(2/2) loadend@4(2/2)",
		},
	}
	for _, test := range tests {
		for _, way := range []string{"Do", "Send"} {
			t.Run(way+"/"+test.name, func(t *testing.T) {
				s := settings(t, test.fetch)
				s.Profile = test.profile
				x := xhr.New(s)
				l := watch(x)
				if test.upload {
					l.watchUpload(x)
				}
				l.on[test.abortAt] = x.Abort
				method := test.method
				if method == "" {
					method = "GET"
				}
				must(t, x.Open(method, "https://api.example/x"))
				send(t, x, test.body, way)
				if l.String() != test.want {
					t.Errorf("events:\n got %s\nwant %s", l, test.want)
				}
			})
		}
	}
}

// send sends in one of the two ways and waits for the end.
func send(t *testing.T, x *xhr.XHR, body xhr.Body, way string) {
	t.Helper()
	if way == "Do" {
		_, _ = x.Do(context.Background(), body) // the events are what is looked at
		return
	}
	must(t, x.Send(context.Background(), body))
	_, _ = x.Wait(context.Background())
}
