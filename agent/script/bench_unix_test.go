//go:build unix

package script

import (
	"context"
	"net/http"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
)

// cpuTime is what the process has used of the processors.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// perOp reports the processors' time for each operation.
func perOp(b *testing.B, unit string, ops int, run func()) {
	before := cpuTime(b)
	run()
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/1000/float64(b.N*ops), unit)
}

// What a fresh page costs: the engine, and everything that scripts find.
func BenchmarkPage(b *testing.B) {
	for name, script := range map[string]string{
		"untouched": ``,
		"used": `new XMLHttpRequest(); new Request("/"); new Response("x"); new AbortController(); new Headers();
			new MessageChannel(); structuredClone({}); performance.now(); navigator.userAgent; location.href`,
	} {
		b.Run(name, func(b *testing.B) {
			a := agent.New(agent.Options{})
			defer a.Close()
			page, err := a.Page("https://app.example/")
			if err != nil {
				b.Fatal(err)
			}
			perOp(b, "cpu-ms/op", 1, func() {
				for b.Loop() {
					realm, err := New(page, Options{})
					if err != nil {
						b.Fatal(err)
					}
					if err := realm.Run(b.Context(), script, "page.js"); err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(realm.thread.runtime.MemoryUsed())/1024, "heap-KiB")
					realm.Close()
				}
			})
		})
	}
}

// What an XMLHttpRequest costs from a script, beside one from Go.
func BenchmarkXHR(b *testing.B) {
	const many = 1000
	handler := http.HandlerFunc(hello)
	a := agent.New(agent.Options{Handlers: map[string]http.Handler{"https://open.example": handler}, NoCache: true})
	defer a.Close()
	page, err := a.Page("https://app.example/")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("go", func(b *testing.B) {
		perOp(b, "cpu-ms/xhr", many, func() {
			for b.Loop() {
				for range many {
					if _, err := page.Get(context.Background(), "https://open.example/"); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	})
	b.Run("script", func(b *testing.B) {
		realm, err := New(page, Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer realm.Close()
		perOp(b, "cpu-ms/xhr", many, func() {
			for b.Loop() {
				n, err := realm.Eval(b.Context(), `new Promise((done) => {
					let n = 0;
					const next = () => {
						const x = new XMLHttpRequest();
						x.open("GET", "https://open.example/");
						x.onload = () => { if (++n < `+strconv.Itoa(many)+`) next(); else done(n); };
						x.send();
					};
					next();
				})`, "bench.js")
				if err != nil || n != float64(many) {
					b.Fatal(n, err)
				}
			}
		})
	})
}
