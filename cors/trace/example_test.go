package trace_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/corsage-go/corsage/cors/trace"
)

func ExampleReadHAR() {
	saved := `{"log": {"version": "1.2", "entries": [{
		"request":  {"method": "GET", "url": "https://api.example/me?token=abc", "headers": [{"name": "Origin", "value": "https://app.example"}]},
		"response": {"status": 401, "headers": []}
	}]}}`
	t, err := trace.ReadHAR(strings.NewReader(saved), trace.ReadOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, x := range t.Exchanges {
		fmt.Println(x.Request.Method, x.Request.URL, x.Status(), x.Verdict.Reason)
	}
	// Output: GET https://api.example/me?token=[redacted] 401 allow-origin-missing
}

func ExampleParseHeads() {
	t, err := trace.ParseHeads(`OPTIONS https://api.example/albums
Origin: https://app.example
Access-Control-Request-Method: PUT

HTTP/1.1 405 Method Not Allowed
Access-Control-Allow-Origin: *
`, trace.HeadsOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Exchanges[0].Verdict)
	// Output: The response to the preflight has a status that is not 200 to 299. Seen: "405".
}

func ExampleWriteJSON() {
	t := &trace.Trace{Recorder: "corsage", Exchanges: []trace.Exchange{}}
	if err := trace.WriteJSON(os.Stdout, t); err != nil {
		fmt.Println(err)
	}
	// Output: {"recorder":"corsage","exchanges":[]}
}

func ExampleLog() {
	var log trace.Log
	sink := log.Sink() // give it to agent.Recorder, or to corshttp.Recorder
	sink.Exchange(&trace.Exchange{ID: "1", Request: trace.Request{Method: "GET"}})
	sink.Exchange(&trace.Exchange{ID: "1", Request: trace.Request{Method: "GET"}, Done: true})
	fmt.Println(len(log.Trace().Exchanges), log.Trace().Exchanges[0].Done)
	// Output: 1 true
}
