package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/corsage-go/corsage/agent"
	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/xhr"
	"github.com/corsage-go/corsage/cors"
	"github.com/corsage-go/corsage/cors/trace"
)

// replay plays a scenario with a new agent against servers of its own, and
// returns what was seen of each step, and the scenario at the same places.
func replay(s *scenario, n int, profile agent.Profile, certs *certificates) (got []seen, placed *scenario, err error) {
	servers, err := startServers(certs.server(siteNames(n)))
	if err != nil {
		return nil, nil, err
	}
	defer servers.stop()
	at := newPlaces(n, servers.ports())
	placed, err = s.placed(at)
	if err != nil {
		return nil, nil, err
	}
	p := &player{scenario: placed, at: at, servers: servers}
	p.agent = newAgent(at, profile, certs, &p.log)
	defer p.agent.Close()
	got, err = p.play()
	return got, placed, err
}

func newAgent(at *places, profile agent.Profile, certs *certificates, log *trace.Log) *agent.Agent {
	resolve := map[string]string{}
	for _, host := range at.hosts {
		resolve[host] = "127.0.0.1"
	}
	// What is explained is compared to the letter, so nothing is left out of it.
	recorder := &agent.Recorder{Sink: log.Sink(), Redaction: trace.Redaction{Off: true}}
	return agent.New(agent.Options{Profile: profile, Resolve: resolve, Roots: certs.pool, Prompt: nobodyAtHome, Hooks: recorder.Hooks()})
}

// nobodyAtHome is a user who is asked for a password and does not answer: while
// the scenarios were recorded, nobody sat before the browser.
func nobodyAtHome(ctx context.Context, _ fetch.Challenge) (user, password string, ok bool) {
	<-ctx.Done()
	return "", "", false
}

// player plays one scenario.
type player struct {
	scenario *scenario
	at       *places
	servers  *servers
	agent    *agent.Agent
	log      trace.Log // of the step
}

func (p *player) play() ([]seen, error) {
	page, err := p.page()
	if err != nil {
		return nil, err
	}
	for _, c := range p.scenario.Cookies {
		if err := p.agent.SetCookie(p.at.origin(c.Origin)+"/", c.Name+"="+c.Value); err != nil {
			return nil, err
		}
	}
	var all []seen
	for i, s := range p.scenario.Steps {
		time.Sleep(time.Duration(s.Wait) * time.Millisecond)
		p.servers.begin(s.Routes)
		p.log.Clear()
		got := p.perform(page, s)
		got.explain(p.log.Trace())
		got.Requests = p.servers.arrived(len(p.scenario.Chromium.Steps[i].Requests))
		all = append(all, got)
	}
	return all, nil
}

func (p *player) page() (*agent.Page, error) {
	origin := p.at.origin(p.scenario.Page.Origin)
	switch p.scenario.Page.Kind {
	case "sandbox":
		return p.agent.PageWith(origin+"/sandboxed", agent.PageOptions{Sandboxed: true})
	case "data":
		return p.agent.PageWith("data:text/html,<title>page</title>", agent.PageOptions{Sandboxed: true})
	default:
		return p.agent.Page(origin + "/page")
	}
}

// performance is one XMLHttpRequest and what is seen of it.
type performance struct {
	*xhr.XHR
	at   *places
	loop *xhr.EventLoop
	ctx  context.Context
	seen seen

	abortOn string
}

const usualPatience = 4000 // milliseconds

// perform makes the request of a step and watches it to its end.
func (p *player) perform(page *agent.Page, s step) seen {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	loop := &xhr.EventLoop{}
	f := &performance{XHR: page.XHROn(loop), at: p.at, loop: loop, ctx: ctx, abortOn: s.Request.AbortOn}
	f.listen()
	if s.Request.UploadListener {
		f.listenUpload()
	}
	if len(s.Request.Ops) > 0 {
		f.operate(s.Request.Ops)
	} else {
		f.request(s.Request)
	}
	patience := s.Request.Observe
	if patience == 0 {
		patience = usualPatience
	}
	watch, stop := context.WithTimeout(ctx, time.Duration(patience)*time.Millisecond)
	defer stop()
	_ = loop.Run(watch) // what is still pending then is an outcome too
	f.look(s)
	return f.seen
}

var endings = []string{"load", "error", "abort", "timeout"}

// listen notes every event.
func (f *performance) listen() {
	for _, typ := range []string{"readystatechange", "loadstart", "progress", "abort", "error", "load", "timeout", "loadend"} {
		f.On(typ, func(e xhr.Event) {
			f.note("xhr", e)
			if slices.Contains(endings, typ) {
				f.seen.Outcome = typ
			}
			f.abortIf(typ, fmt.Sprintf("%s:%d", typ, f.State()))
		})
	}
}

func (f *performance) listenUpload() {
	for _, typ := range []string{"loadstart", "progress", "abort", "error", "load", "timeout", "loadend"} {
		f.Upload().On(typ, func(e xhr.Event) {
			f.note("upload", e)
			f.abortIf("upload." + typ)
		})
	}
}

func (f *performance) abortIf(names ...string) {
	if slices.Contains(names, f.abortOn) {
		f.abortOn = ""
		f.Abort()
	}
}

func (f *performance) note(on string, e xhr.Event) {
	f.seen.Events = append(f.seen.Events, event{
		On: on, Type: e.Type, ReadyState: int(f.State()), Status: f.Status(), Loaded: e.Loaded, Total: e.Total,
	})
}

// request makes the calls that a step describes, in its order.
func (f *performance) request(r request) {
	options := xhr.OpenOptions{Sync: r.Async != nil && !*r.Async, Username: r.User, Password: r.Password}
	if !f.try("open", f.OpenWith(r.Method, f.at.target(r.Target), options)) {
		return
	}
	if r.WithCredentials != nil {
		f.try("withCredentials", f.SetWithCredentials(*r.WithCredentials))
	}
	if r.Timeout != nil {
		f.try("timeout", f.SetTimeout(time.Duration(*r.Timeout)*time.Millisecond))
	}
	if r.ResponseType != nil {
		f.try("responseType", f.SetResponseType(xhr.ResponseType(*r.ResponseType)))
	}
	for _, h := range r.Headers {
		f.try("setRequestHeader "+h[0], f.SetRequestHeader(h[0], h[1]))
	}
	if r.AbortAfter != nil {
		cancel := f.loop.After(time.Duration(*r.AbortAfter)*time.Millisecond, f.Abort)
		f.On("loadend", func(xhr.Event) { cancel() }) // nobody watched any longer
	}
	f.try("send", f.Send(f.ctx, bodyOf(r.Body)))
	f.abortIf("send")
}

// try notes what a call throws, and reports whether it did not.
func (f *performance) try(call string, err error) bool {
	if err == nil {
		return true
	}
	name := "Error"
	if e, ok := errors.AsType[*xhr.DOMException](err); ok {
		name = e.Name
	}
	f.seen.Threw = append(f.seen.Threw, thrown{At: call, Name: name})
	if call == "open" || call == "send" {
		f.seen.Outcome = "throws"
	}
	return false
}

// operate makes calls one after the other, whatever they throw.
func (f *performance) operate(ops []json.RawMessage) {
	for _, raw := range ops {
		var op []json.RawMessage
		if err := json.Unmarshal(raw, &op); err != nil {
			f.try("op", err)
			continue
		}
		f.call(op)
	}
}

func (f *performance) call(op []json.RawMessage) {
	text := func(i int) string { return argument[string](op, i) }
	switch name := text(0); name {
	case "open":
		// The recording of an open() whose third argument was undefined has null.
		synchronous := len(op) > 3 && string(op[3]) == "false"
		f.try(name, f.OpenWith(text(1), f.at.target(text(2)), xhr.OpenOptions{Sync: synchronous}))
	case "send":
		f.try(name, f.Send(f.ctx, bodyOf(argument[*body](op, 1))))
	case "setRequestHeader":
		f.try(name+" "+text(1), f.SetRequestHeader(text(1), text(2)))
	case "withCredentials":
		f.try(name, f.SetWithCredentials(argument[bool](op, 1)))
	case "timeout":
		f.try(name, f.SetTimeout(time.Duration(argument[int](op, 1))*time.Millisecond))
	case "overrideMimeType":
		f.try(name, f.OverrideMimeType(text(1)))
	case "abort":
		f.Abort()
	case "listenUpload":
		f.listenUpload()
	default:
		f.try(name, fmt.Errorf("no such operation"))
	}
}

// argument decodes the i-th argument of a call, the zero value if there is none.
func argument[T any](op []json.RawMessage, i int) (value T) {
	if i < len(op) {
		_ = json.Unmarshal(op[i], &value) // of another type: the zero value, too
	}
	return value
}

// bodyOf makes the argument of send().
func bodyOf(b *body) xhr.Body {
	if b == nil {
		return nil
	}
	switch b.Kind {
	case "urlencoded":
		var p xhr.URLSearchParams
		for _, pair := range b.pairs() {
			p = append(p, xhr.Param{Name: pair[0], Value: pair[1]})
		}
		return p
	case "formdata":
		form := &xhr.FormData{}
		for _, pair := range b.pairs() {
			form.Append(pair[0], pair[1])
		}
		return form
	case "blob":
		return xhr.NewBlob([]byte(b.text()), b.Type)
	case "arraybuffer":
		return xhr.Bytes(b.text())
	case "document":
		return documentOf(b)
	default:
		return xhr.Text(b.text())
	}
}

func documentOf(b *body) xhr.Body {
	parse := xhr.ParseXML
	if b.Type == "text/html" {
		parse = xhr.ParseHTML
	}
	d, err := parse(b.text())
	if err != nil {
		return xhr.Text("not a document: " + err.Error())
	}
	return d
}

// look notes what the script can read in the end.
func (f *performance) look(s step) {
	f.seen.Events = cut(f.seen.Events)
	f.seen.ReadyState, f.seen.Status, f.seen.StatusText = int(f.State()), f.Status(), f.StatusText()
	f.seen.ResponseURL, f.seen.AllHeaders = f.ResponseURL(), f.AllResponseHeaders()
	f.seen.Response = responseText(f.Response())
	if f.seen.Outcome == "" {
		f.seen.Outcome = "pending"
	}
	f.seen.Headers = map[string]*string{}
	for name := range scriptedHeaders(s) {
		f.seen.Headers[name] = nil
		if value, ok := f.ResponseHeader(name); ok {
			f.seen.Headers[name] = &value
		}
	}
	if failed := f.Failure(); failed != nil {
		f.seen.Failures = []failure{failureOf(failed.Verdict)}
	}
}

// scriptedHeaders are the names of the headers of all answers, in lower case.
func scriptedHeaders(s step) map[string]bool {
	names := map[string]bool{}
	for _, r := range s.Routes {
		for _, a := range []*answer{r.Preflight, r.Actual, r.Authorized} {
			if a == nil {
				continue
			}
			for _, h := range a.Headers {
				names[strings.ToLower(h[0])] = true
			}
		}
	}
	return names
}

// responseText writes a response as recordings do.
func responseText(response any) string {
	switch v := response.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return fmt.Sprintf("[arraybuffer %d]", len(v))
	case *xhr.Blob:
		return fmt.Sprintf("[blob %d %s]", v.Size(), v.Type())
	case *xhr.Document:
		return "[document]"
	default:
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		return string(b)
	}
}

// failureOf names a verdict as Chromium's tools do.
func failureOf(v cors.Verdict) failure {
	f := failure{CORSError: v.Chromium()}
	parameter := ""
	switch v.Reason {
	case cors.AllowOriginMismatch, cors.AllowOriginInvalid, cors.AllowOriginMultiple, cors.AllowCredentialsInvalid:
		parameter = v.Observed
	case cors.MethodNotApproved:
		parameter = v.Expected
	case cors.HeaderNotApproved:
		parameter = v.Expected
		f.refused = strings.Split(v.Detail, ", ")
	}
	if utf8.ValidString(parameter) && parameter != "" { // the tools show no other values
		f.FailedParameter = &parameter
	}
	return f
}
