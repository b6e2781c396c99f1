package script

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/corsage-go/corsage/agent"
)

// A realm may be closed twice, and says so to who comes later.
func TestClosed(t *testing.T) {
	realm, _ := newRealm(t, agent.Options{})
	realm.Close()
	realm.Close()
	if _, err := realm.Eval(t.Context(), "1", "test.js"); !errors.Is(err, ErrClosed) {
		t.Errorf("Eval: %v, want %v", err, ErrClosed)
	}
	if err := realm.Run(t.Context(), "1", "test.js"); !errors.Is(err, ErrClosed) {
		t.Errorf("Run: %v, want %v", err, ErrClosed)
	}
	if err := realm.Wait(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Wait: %v, want %v", err, ErrClosed)
	}
}

// A run that was cut short stops nothing that comes after it.
func TestRunAfterTheContextsEnd(t *testing.T) {
	realm, _ := newRealm(t, agent.Options{})
	for range 40 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		err := realm.Run(ctx, "clearTimeout(globalThis.last); globalThis.last = setTimeout(() => {}, 1e6)", "test.js")
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Run: %v, want %v", err, context.DeadlineExceeded)
		}
		if v, err := realm.Eval(t.Context(), "clearTimeout(globalThis.last); 1 + 1", "test.js"); err != nil || v != 2.0 {
			t.Fatalf("Eval: %v, %v, want 2", v, err)
		}
	}
}

// Whoever shows the console may ask the script something: that is part of the task
// that writes there.
func TestEvalFromTheConsole(t *testing.T) {
	page, err := agent.New(agent.Options{}).Page("https://app.example/")
	if err != nil {
		t.Fatal(err)
	}
	var realm *Realm
	var seen any
	realm, err = New(page, Options{Console: func(Message) { seen, err = realm.Eval(context.Background(), "x + 1", "inner.js") }})
	if err != nil {
		t.Fatal(err)
	}
	defer realm.Close()
	if err := realm.Run(t.Context(), "var x = 1; console.log('asks')", "test.js"); err != nil {
		t.Fatal(err)
	}
	if err != nil || seen != 2.0 {
		t.Errorf("the console saw %v, %v, want 2", seen, err)
	}
	if v, err := realm.Eval(t.Context(), "x", "test.js"); err != nil || v != 1.0 {
		t.Errorf("afterwards: %v, %v, want 1", v, err)
	}
}
