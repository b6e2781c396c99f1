package xhr

import (
	"context"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"github.com/corsage-go/corsage/agent/fetch"
	"github.com/corsage-go/corsage/cors"
)

// place is the goroutine on which a flight waits for the network.
type place bool

const (
	inline   place = false // the one that runs the script, which stands still meanwhile
	threaded place = true  // its own, which hands over what comes as tasks
)

// flight is one fetch of an XHR from send() to its end. While the XHR has another
// flight, or none, what this one still brings is dropped.
type flight struct {
	x       *XHR
	request fetch.Request
	started time.Time

	ctx      context.Context
	cancel   context.CancelFunc // nil if nothing will have to be cancelled
	timedOut atomic.Bool
	disarm   func() // stops the timeout's clock; nil for none

	// What the network has brought. The goroutine that waits for the network
	// touches these until it hands over, and then not before the script's has
	// taken them.
	news     news
	received []byte
	sink     io.Writer // takes the chunks, so that received can be used again; nil to keep them
	believes bool      // the server's word on the type is not to be doubted

	// Of a threaded flight; nil otherwise.
	loop  Loop
	hand  func()          // the task that takes the news
	life  <-chan struct{} // closed when the page is; nil if it never is
	taken chan struct{}   // it has taken them
	gone  chan struct{}   // closed when nobody will take any more

	upload uploadReport
}

// news is one thing that the network has brought: the head, bytes at the end of
// received, the end of the body, or a failure.
type news struct {
	response *fetch.Response
	end      bool
	err      error
}

// launch runs the flight in a place: inline, until it is over.
func (f *flight) launch(ctx context.Context, p place) {
	x := f.x
	f.ctx, f.sink = ctx, x.sink
	if p == threaded {
		f.useLoop()
	}
	// Inline, without a timeout and without listeners that might set one, nobody
	// is there to cancel it.
	if p == threaded || x.timeout > 0 || len(x.listeners) > 0 {
		f.ctx, f.cancel = context.WithCancel(ctx)
		f.started = f.now()
	}
	f.arm(x.timeout)
	if p == threaded {
		go f.run()
		return
	}
	over := false
	defer f.giveUpUnless(&over)
	f.run()
	over = true
}

// giveUpUnless ends the request if what ran before has not come to its end: a
// listener has panicked, or ended its goroutine. Nobody may be there to run the
// loop any more, so that nothing of the request is to wait for that.
func (f *flight) giveUpUnless(over *bool) {
	if *over || f.x.flight != f {
		return
	}
	f.x.terminate()
	f.x.sent, f.x.response, f.x.failure = false, nil, f.refusal(cors.Aborted)
}

// useLoop makes news come as tasks.
func (f *flight) useLoop() {
	f.loop, f.taken, f.gone = f.x.tasks(), make(chan struct{}, 1), make(chan struct{})
	f.hand = func() {
		over := false
		defer f.giveUpUnless(&over)
		f.x.take(f)
		f.taken <- struct{}{}
		over = true
	}
	if life := f.x.settings.Life; life != nil {
		f.life = life.Done()
	}
	f.loop.Begin()
	if f.x.uploadEvents && f.request.Body != nil {
		f.request.BodySent, f.request.BodyEnd = f.bodySent, f.bodyEnd
	}
}

// now is the time by which the request is measured.
func (f *flight) now() time.Time {
	if f.loop != nil {
		return f.loop.Now()
	}
	return f.x.clock().Now()
}

// arm sets or changes the timeout, which counts from the start.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 11.12
func (f *flight) arm(timeout time.Duration) {
	if f.disarm != nil {
		f.disarm()
		f.disarm = nil
	}
	switch {
	case timeout <= 0 || f.cancel == nil: // none, or not launched: that will arm it
	case f.loop != nil:
		f.disarm = f.loop.After(f.left(timeout), f.expire)
	default:
		stop := f.x.clock().AfterFunc(f.left(timeout), f.expire)
		f.disarm = func() { stop() }
	}
}

func (f *flight) left(timeout time.Duration) time.Duration {
	return max(timeout-f.now().Sub(f.started), 0)
}

// expire ends the fetch because its time is over. The failure comes as any other.
func (f *flight) expire() {
	f.timedOut.Store(true)
	f.cancel()
}

// leave ends what the flight has under way. It is called once, by the script's
// goroutine.
func (f *flight) leave() {
	if f.disarm != nil {
		f.disarm()
	}
	if f.cancel != nil {
		f.cancel()
	}
	if f.loop != nil {
		close(f.gone)
		f.loop.End()
	}
}

// run waits for the network from the request to the end of the body.
func (f *flight) run() {
	if f.request.URL == nil {
		f.tell(news{err: f.refusal(cors.NetworkFailed)})
		return
	}
	holds := f.x.settings.Profile.HoldsBack
	if holds {
		f.watchHead()
	}
	resp, err := f.x.settings.Fetcher.Fetch(f.ctx, &f.request)
	if err != nil {
		f.tell(news{err: err})
		return
	}
	var body io.Reader = noBody{}
	if resp.Body != nil {
		body = resp.Body
		defer resp.Body.Close() //nolint:errcheck // what was wanted of it has been read
	}
	if holds && f.isGuessed(resp) {
		if body, err = holdBack(body); err != nil {
			f.tell(news{err: err})
			return
		}
	}
	if f.tell(news{response: resp}) {
		f.read(body, resp.Length)
	}
}

// noBody is the body of a response that has none.
type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }

// read hands over the body as it comes.
func (f *flight) read(body io.Reader, length int64) {
	f.received = make([]byte, 0, f.firstBuffer(length))
	for {
		n, err := body.Read(f.space())
		f.received = f.received[:len(f.received)+n]
		if n > 0 && !f.tell(news{}) {
			return
		}
		if err == io.EOF { // itself: a failure may wrap one
			f.tell(news{end: true})
			return
		}
		if err != nil {
			f.tell(news{err: err})
			return
		}
	}
}

// Sizes of buffers.
const (
	smallBuffer = 512      // for a body of unknown length
	largeBuffer = 64 << 10 // the most that is set aside on a server's word
)

// firstBuffer is large enough for a body of the length and for the read that
// finds its end.
func (f *flight) firstBuffer(length int64) int64 {
	switch {
	case f.sink != nil:
		return largeBuffer
	case length <= 0:
		return smallBuffer
	default:
		return min(length+1, largeBuffer)
	}
}

// maxGrowth is how much room is made at once for a body that goes on.
const maxGrowth = 16 << 20

// space is where the next bytes go. There is room for one byte more than may be
// kept, by which a body that is too large gives itself away.
func (f *flight) space() []byte {
	if f.sink != nil {
		f.received = f.received[:0]
	}
	if len(f.received) == cap(f.received) {
		more := f.x.maxResponse() + 1 - int64(len(f.received))
		f.received = slices.Grow(f.received, int(max(1, min(int64(len(f.received)), maxGrowth, more))))
	}
	return f.received[len(f.received):cap(f.received)]
}

// tell hands over news to the script, and reports whether it may want more. The
// last of them nobody has to wait for.
func (f *flight) tell(n news) bool {
	f.news = n
	if f.loop == nil {
		f.x.take(f)
		return f.x.flight == f
	}
	f.loop.Post(f.hand)
	if n.end || n.err != nil {
		return false
	}
	select {
	case <-f.taken:
		return true
	case <-f.gone:
		return false
	case <-f.ctx.Done():
		f.lose(f.refusal(ending(f.ctx)), context.Cause(f.ctx))
	case <-f.life:
		f.lose(f.refusal(cors.NetworkFailed), context.Cause(f.x.settings.Life))
	}
	return false
}

// lose has the script told that the request is over, if it ever looks.
func (f *flight) lose(failure *fetch.Failure, cause error) {
	failure.Err = cause
	f.loop.Post(func() {
		over := false
		defer f.giveUpUnless(&over)
		if f.x.flight == f {
			f.x.fail(f, failure)
		}
		over = true
	})
}

// refusal is a failure before anything is fetched.
func (f *flight) refusal(why cors.Reason) *fetch.Failure {
	return &fetch.Failure{Verdict: cors.Verdict{Reason: why, On: cors.OnRequest}, URL: f.request.URL}
}
