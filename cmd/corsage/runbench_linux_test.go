package main

import (
	"bytes"
	"io"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkRunCommand starts the built program for a script with one cross-origin
// GET on loopback, again and again. What is reported are medians: the milliseconds
// from the start of the process to its end, its milliseconds of CPU, and its largest
// resident memory.
func BenchmarkRunCommand(b *testing.B) {
	program := buildProgram(b)
	server := httptest.NewServer(photosForScripts())
	b.Cleanup(server.Close)
	script := `fetch("http://api.example/open").then((r) => r.json()).then((d) => console.log(d.photos))`
	benchmarkProgram(b, program, "5\n", "run", "-e", script, "--origin", "http://app.example",
		"--resolve", "api.example:80:"+strings.TrimPrefix(server.URL, "http://"))
}

// BenchmarkXHRCommand does the same with corsage xhr, which runs no script.
func BenchmarkXHRCommand(b *testing.B) {
	program := buildProgram(b)
	server := httptest.NewServer(photosForScripts())
	b.Cleanup(server.Close)
	benchmarkProgram(b, program, `{"photos": 5}`, "xhr", "http://api.example/open", "--origin", "http://app.example",
		"--resolve", "api.example:80:"+strings.TrimPrefix(server.URL, "http://"))
}

// BenchmarkVersionCommand is the start of the program, and nothing else.
func BenchmarkVersionCommand(b *testing.B) {
	program := buildProgram(b)
	benchmarkProgram(b, program, "", "version")
}

func benchmarkProgram(b *testing.B, program, prints string, args ...string) {
	b.Helper()
	var wall, cpu, memory []float64
	for b.Loop() {
		started := time.Now()
		used := runProgram(b, program, prints, args...)
		wall = append(wall, time.Since(started).Seconds()*1000)
		cpu = append(cpu, float64(used.Utime.Nano()+used.Stime.Nano())/1e6)
		memory = append(memory, float64(used.Maxrss)/1024)
	}
	b.ReportMetric(median(wall), "wall-ms")
	b.ReportMetric(median(cpu), "cpu-ms")
	b.ReportMetric(median(memory), "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// buildProgram builds the program as it is installed.
func buildProgram(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "corsage")
	if out, err := exec.CommandContext(b.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// runProgram runs it to a good end, with what it is to print, and returns what it has
// used. With nothing to print, whatever it prints is right.
func runProgram(b *testing.B, program, prints string, args ...string) *syscall.Rusage {
	b.Helper()
	command := exec.CommandContext(b.Context(), program, args...)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, io.Discard
	if err := command.Run(); err != nil || prints != "" && out.String() != prints {
		b.Fatalf("corsage %s: %v; it printed %q", args[0], err, out.String())
	}
	used, ok := command.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		b.Fatal("the system does not tell what a process has used")
	}
	return used
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
