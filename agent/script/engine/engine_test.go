package engine

import (
	"errors"
	"testing"
)

func newRealm(t testing.TB) *Realm {
	t.Helper()
	r, err := New(Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	realm, err := r.NewRealm()
	if err != nil {
		t.Fatal(err)
	}
	return realm
}

// What a script computes can be read back.
func TestEval(t *testing.T) {
	realm := newRealm(t)
	for _, tt := range []struct{ script, want string }{
		{"1 + 1", "2"},
		{"'a' + '\\ud800'", "a\xed\xa0\x80"},
		{"new Uint8Array([1, 2]).toBase64()", "AQI="},
		{"typeof globalThis.structuredClone", "undefined"},
		{"class A { #x = 1; static is(o) { return #x in o; } static { this.y = 1; } }; A.is(new A())", "true"},
	} {
		v, err := realm.Eval(tt.script, "test.js")
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Text(); got != tt.want {
			t.Errorf("%s is %q, want %q", tt.script, got, tt.want)
		}
		v.Free()
	}
}

// An error says where it was thrown.
func TestErrorPosition(t *testing.T) {
	realm := newRealm(t)
	for _, tt := range []struct {
		script, want string
		line, column int
	}{
		{"\n  null.x", "TypeError: cannot read property 'x' of null", 2, 7},
		{"\nvar 1", "SyntaxError: variable name expected", 2, 5},
		{"function f() { throw new RangeError('no') }\nf()", "RangeError: no", 1, 36},
	} {
		_, err := realm.Eval(tt.script, "test.js")
		e, ok := errors.AsType[*Error](err)
		if !ok {
			t.Fatalf("%s: %v", tt.script, err)
		}
		if e.Error() != tt.want || e.File != "test.js" || e.Line != tt.line || e.Column != tt.column {
			t.Errorf("%q: %v at %s:%d:%d, want %s at %d:%d", tt.script, e, e.File, e.Line, e.Column, tt.want, tt.line, tt.column)
		}
		e.Forget()
	}
}

// Values come and go between Go and script.
func TestOp(t *testing.T) {
	realm := newRealm(t)
	released := 0
	f, err := realm.NewFunction("f", func(c *Call) (any, error) {
		if p, ok := c.Go(0).(*int); ok {
			*p++
			return *p, nil
		}
		n := new(int)
		return []any{c.Text(0), c.Int(1), c.Bytes(2), Record{{"a", true}}, Handle{Go: n, Released: func() { released++ }}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	g := realm.Global()
	if err := g.Set("f", f); err != nil {
		t.Fatal(err)
	}
	f.Free()
	g.Free()
	v, err := realm.Eval(`var [a, b, c, d, e] = f("x", 7.5, new Uint8Array([1,2,3]).subarray(1)); f(e); [a, b, new Uint8Array(c), d.a, f(e)].join()`, "t")
	if err != nil {
		t.Fatal(err)
	}
	if v.Text() != "x,7,2,3,true,2" {
		t.Error(v.Text())
	}
	v.Free()
	if v, err = realm.Eval("e = null", "t"); err != nil {
		t.Fatal(err)
	}
	v.Free()
	if released != 1 {
		t.Errorf("released %d times", released)
	}
}

func BenchmarkRealm(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r, err := New(Limits{})
		if err != nil {
			b.Fatal(err)
		}
		realm, err := r.NewRealm()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.MemoryUsed()), "heap-bytes")
		_ = realm
		r.Close()
	}
}

func BenchmarkOp(b *testing.B) {
	realm := newRealm(b)
	f, _ := realm.NewFunction("f", func(c *Call) (any, error) { return c.Int(0), nil })
	g := realm.Global()
	g.Set("f", f)
	f.Free()
	g.Free()
	run, err := realm.Eval("(function(n){ for (let i = 0; i < n; i++) f(i) })", "t")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	run.Call(b.N)
	b.StopTimer()
	run.Free()
}

// library is modules by their names.
type library map[string]string

func (l library) Resolve(_ *Realm, _, specifier string) (string, error) { return specifier, nil }

func (l library) Load(_ *Realm, name string, _ Value) (string, error) {
	if source, ok := l[name]; ok {
		return source, nil
	}
	return "", errors.New("no module " + name)
}

// Modules import each other, at their head and later.
func TestModules(t *testing.T) {
	realm := newRealm(t)
	realm.Runtime().SetModules(library{
		"a": `import { x } from "b"; globalThis.seen = x + import.meta.url; export default 1`,
		"b": `export let x = "b"; export * as a from "a"`,
		"c": `export let y = )`,
	})
	for _, tt := range []struct{ module, want string }{
		{`import a from "a"; globalThis.result = a + seen`, "1ba"},
		{`globalThis.result = "?"; import("a").then(m => globalThis.result = m.default)`, "1"},
		{`try { await import("d") } catch (e) { globalThis.result = e.message }`, "no module d"},
		{`try { await import("c") } catch (e) { globalThis.result = e.name }`, "SyntaxError"},
	} {
		v, err := realm.EvalModule(tt.module, "main")
		if err != nil {
			t.Fatal(err)
		}
		v.Free()
		for ran := true; ran; {
			if ran, err = realm.Runtime().RunJob(); err != nil {
				t.Fatal(err)
			}
		}
		got, err := realm.Eval("result", "test")
		if err != nil {
			t.Fatal(err)
		}
		if got.Text() != tt.want {
			t.Errorf("%s gives %q, want %q", tt.module, got.Text(), tt.want)
		}
		got.Free()
	}
}

// A script that does not end is stopped, and cannot help it; another one runs
// after Resume.
func TestInterrupt(t *testing.T) {
	realm := newRealm(t)
	stop, err := realm.NewFunction("stop", func(*Call) (any, error) {
		realm.Runtime().Interrupt()
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	defer stop.Free()
	run, err := realm.Eval(`(stop) => { try { stop(); for (;;); } catch { return "caught" } finally { for (;;); } }`, "t.js")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Free()
	if _, err := run.Call(stop); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("got %v", err)
	}
	realm.Runtime().Resume()
	v, err := realm.Eval("1", "t.js")
	if err != nil {
		t.Fatal(err)
	}
	v.Free()
}

// Memory and depth have bounds, and a script may catch what it meets there.
func TestLimits(t *testing.T) {
	r, err := New(Limits{Memory: 8 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	realm, err := r.NewRealm()
	if err != nil {
		t.Fatal(err)
	}
	for script, want := range map[string]string{
		`try { const all = []; for (;;) all.push(new Uint8Array(1 << 16)) } catch (e) { e.message }`: "out of memory",
		`try { (function f() { f() })() } catch (e) { e.message }`:                                   "stack overflow",
		`try { "x".repeat(1 << 29) } catch (e) { e.message }`:                                        "out of memory",
	} {
		v, err := realm.Eval(script, "t.js")
		if err != nil {
			t.Fatalf("%s: %v", script, err)
		}
		if got := v.Text(); got != want {
			t.Errorf("%s is %q, want %q", script, got, want)
		}
		v.Free()
	}
}

// A panic in Go goes on where Go called the script, and not through the engine.
func TestPanic(t *testing.T) {
	realm := newRealm(t)
	f, err := realm.NewFunction("f", func(*Call) (any, error) { panic("no") })
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	run, err := realm.Eval(`(f) => { try { f() } catch { return 1 } }`, "t.js")
	if err != nil {
		t.Fatal(err)
	}
	defer run.Free()
	func() {
		defer func() {
			if p := recover(); p != "no" {
				t.Errorf("recovered %v", p)
			}
		}()
		v, err := run.Call(f)
		t.Errorf("the call returned %v, %v", v, err)
	}()
}

// Rejections that nobody handles are told, and that somebody does after all.
func TestRejections(t *testing.T) {
	realm := newRealm(t)
	var seen []string
	realm.Runtime().OnRejection(func(r Rejection) {
		if r.Handled {
			seen = append(seen, "handled")
			return
		}
		seen = append(seen, r.Reason.Text())
	})
	v, err := realm.Eval(`const p = Promise.reject("no"); p.catch(() => {}); 0`, "t.js")
	if err != nil {
		t.Fatal(err)
	}
	v.Free()
	if len(seen) != 2 || seen[0] != "no" || seen[1] != "handled" {
		t.Errorf("told %q", seen)
	}
}

// What was compiled in one runtime runs in another, with its own places in errors.
func TestCompile(t *testing.T) {
	b, err := newRealm(t).Compile("(function (x) {\n  return x.y.z; })", "f.js")
	if err != nil {
		t.Fatal(err)
	}
	realm := newRealm(t)
	f, err := realm.Load(b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Free()
	_, err = f.Call(Record{})
	e, ok := errors.AsType[*Error](err)
	if !ok || e.File != "f.js" || e.Line != 2 {
		t.Errorf("got %v", err)
	}
	e.Forget()
}
