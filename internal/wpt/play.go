package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/agent/script"
	"github.com/corsage-go/corsage/agent/wire"
)

// Statuses of the harness that the runner knows by name.
const (
	statusOK      = "OK"
	statusTimeout = "TIMEOUT" // the test does not come to its end
	statusCrash   = "CRASH"   // nothing was heard of it
)

// The names of the numbers that testharness.js uses.
var (
	harnessStatuses = []string{statusOK, "ERROR", statusTimeout, "PRECONDITION_FAILED"}
	testStatuses    = []string{pass, "FAIL", "TIMEOUT", "NOTRUN", "PRECONDITION_FAILED"}
)

var errDone = errors.New("the test has told its results")

// play runs one test in a browser of its own.
func (s *suite) play(ctx context.Context, t test) (o outcome) {
	ctx, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	defer func() { // a fault of the engine ends one test, not the run
		if p := recover(); p != nil {
			o = outcome{Status: statusCrash, Message: fmt.Sprintf("%v\n%s", p, debug.Stack()), Subtests: []subtest{}}
		}
	}()
	l := &listening{mark: "wpt-" + strconv.FormatUint(rand.Uint64(), 36), end: func() { end(errDone) }}
	err := s.open(ctx, t, l)
	switch {
	case l.heard != nil:
		return *l.heard
	case context.Cause(ctx) != nil:
		return outcome{Status: statusTimeout, Message: l.last(err), Subtests: []subtest{}}
	default:
		return outcome{Status: statusCrash, Message: l.last(err), Subtests: []subtest{}}
	}
}

// open loads the page of a test, and runs it until it has told its results.
func (s *suite) open(ctx context.Context, t test, l *listening) error {
	client := &wire.Client{}
	defer client.Close()
	browser := s.newAgent(client, l.mark)
	defer browser.Close()
	page, err := browser.Page("about:blank")
	if err != nil {
		return err
	}
	realm, err := script.Load(ctx, page, s.url(t), script.Options{Console: l.hear})
	if realm != nil {
		realm.Close()
	}
	return err
}

// listening is what is heard of a test.
type listening struct {
	mark  string
	end   func()
	heard *outcome
	lines []string // of the console: the latest
}

// hear takes a line of the console.
func (l *listening) hear(m script.Message) {
	text, ok := strings.CutPrefix(m.Text, l.mark+" ")
	if !ok {
		if l.lines = append(l.lines, m.Text); len(l.lines) > 5 {
			l.lines = l.lines[1:]
		}
		return
	}
	var told struct {
		Status   int
		Message  string
		Subtests []struct {
			Name, Message string
			Status        int
		}
	}
	if err := json.Unmarshal([]byte(text), &told); err != nil {
		l.lines = append(l.lines, fmt.Sprintf("the results cannot be read: %v", err))
		return
	}
	o := outcome{Status: named(harnessStatuses, told.Status), Message: told.Message, Subtests: []subtest{}}
	for _, s := range told.Subtests {
		o.Subtests = append(o.Subtests, subtest{s.Name, named(testStatuses, s.Status), s.Message})
	}
	l.heard = &o
	l.end()
}

// last says what was last heard of a test that has told nothing.
func (l *listening) last(err error) string {
	text := strings.Join(l.lines, "\n")
	if err != nil {
		text = strings.TrimSpace(err.Error() + "\n" + text)
	}
	return text
}

func named(names []string, n int) string {
	if n < 0 || n >= len(names) {
		return strconv.Itoa(n)
	}
	return names[n]
}

//go:embed report.js
var reporter string

// reporting carries requests to the suite, and answers the one for its
// testharnessreport.js, which every runner replaces by its own.
type reporting struct {
	fetch.Transport
	mark string
}

// RoundTrip asks the suite.
func (t reporting) RoundTrip(ctx context.Context, r *wire.Request) (*wire.Response, error) {
	if r.Target != "/resources/testharnessreport.js" {
		return t.Transport.RoundTrip(ctx, r)
	}
	text := strings.ReplaceAll(reporter, "MARK", t.mark)
	return &wire.Response{
		Status: http.StatusOK, Reason: "OK", Length: int64(len(text)),
		Header: []wire.Field{{Name: "Content-Type", Value: "text/javascript"}},
		Body:   io.NopCloser(strings.NewReader(text)),
	}, nil
}

var _ fetch.Transport = reporting{}
