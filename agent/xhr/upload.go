package xhr

import (
	"sync/atomic"
	"time"
)

// uploadReport is how much of the body has been sent, as the transport says.
type uploadReport struct {
	sent   atomic.Int64
	ended  atomic.Bool
	posted atomic.Bool // a task that will look at it is in the queue

	lastProgress time.Time // belongs to the script
}

// bodySent takes the transport's word, on its goroutine.
func (f *flight) bodySent(n int64) {
	f.upload.sent.Add(n)
	f.report()
}

func (f *flight) bodyEnd() {
	f.upload.ended.Store(true)
	f.report()
}

// report brings the word to the script. One task at a time is enough: it sees all
// that was reported before it runs.
func (f *flight) report() {
	if f.upload.posted.CompareAndSwap(false, true) {
		f.loop.Post(func() {
			over := false
			defer f.giveUpUnless(&over)
			f.upload.posted.Store(false)
			f.x.takeUpload(f)
			over = true
		})
	}
}

// takeUpload tells the listeners of the upload.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, steps 11.7 and 11.8
func (x *XHR) takeUpload(f *flight) {
	if x.flight != f || x.uploadComplete {
		return
	}
	total := f.request.Body.Length
	sent := f.upload.sent.Load()
	if total > 0 {
		sent = min(sent, total) // a body that is sent again counts once
	}
	if f.upload.ended.Load() {
		x.endUpload(f, sent, total)
		return
	}
	if now := f.now(); sent > 0 && isDue(f.upload.lastProgress, now) {
		f.upload.lastProgress = now
		x.upload.fireProgress(EventProgress, sent, total)
	}
}

// endUpload follows when the last byte has left.
//
// Standard: https://xhr.spec.whatwg.org/#the-send()-method, step 11.8
func (x *XHR) endUpload(f *flight, sent, total int64) {
	if total == 0 && x.settings.Profile.NoEmptyUpload {
		return
	}
	x.uploadComplete = true
	for _, event := range [...]string{EventProgress, EventLoad, EventLoadEnd} {
		// NOTE: the standard goes on after an abort() in a listener. No browser does.
		if x.flight == f {
			x.upload.fireProgress(event, sent, total)
		}
	}
}

// progressInterval is how often progress is told.
const progressInterval = 50 * time.Millisecond

// isDue reports whether it is time to tell of progress again. The zero time is
// that of something that has not been told yet.
func isDue(last, now time.Time) bool { return last.IsZero() || now.Sub(last) >= progressInterval }
