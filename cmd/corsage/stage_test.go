package main

// What the tests of the scenarios do in a page, whatever engine runs it: a real
// Chromium (browser_test.go), or corsage's own (scenarioscript_test.go).

// request is what asked does in the page.
type request struct {
	Method      string            `json:"method"`
	URL         string            `json:"url"`
	Headers     map[string]string `json:"headers,omitempty"`
	Body        string            `json:"body,omitempty"`
	Credentials bool              `json:"credentials,omitempty"`
}

// reading is what a script got of an XMLHttpRequest.
type reading struct {
	End    string // the last event before loadend: load, error, abort or timeout
	Status int
	Body   string
	Header string // getAllResponseHeaders()
}

// askScript makes a request, and returns the reading.
const askScript = `
	const { method, url, headers = {}, body = null, credentials = false } = args[0];
	const xhr = new XMLHttpRequest();
	const ended = new Promise((resolve) => {
		for (const type of ["load", "error", "abort", "timeout"]) xhr.addEventListener(type, () => resolve(type));
	});
	xhr.open(method, url);
	xhr.withCredentials = credentials;
	for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
	xhr.send(body);
	const End = await ended;
	return { End, Status: xhr.status, Body: xhr.responseText, Header: xhr.getAllResponseHeaders() };`

// played is what a scenario's place on the guest page shows after a run.
type played struct {
	State    string // read, blocked or error; idle if nothing was asked
	Headline string
	Words    string
	Events   []string // "readystatechange", "upload progress" and so on, of all requests
	Statuses []string // of all requests
	Console  string   // the line that the page says to look for
}

// playScript presses a scenario's button, and returns what its place then shows.
const playScript = `
	const [scenario, demo, fields] = args;
	const place = document.getElementById(scenario);
	place.querySelector(` + "`[data-demo] input[value='${demo}']`" + `)?.click();
	for (const [name, value] of Object.entries(fields ?? {})) {
		const control = place.querySelector(` + "`form.controls [name='${name}']`" + `);
		if (control.type === "checkbox") control.checked = value === "true";
		else control.value = value;
	}
	const outcome = place.querySelector("[data-outcome]");
	place.querySelector("[data-run]").click();
	while (outcome.dataset.state === "running") await new Promise((resolve) => setTimeout(resolve, 10));
	const texts = (selector) => [...place.querySelectorAll(selector)].map((e) => e.textContent);
	return {
		State: outcome.dataset.state,
		Headline: outcome.querySelector("[data-headline]").textContent,
		Words: outcome.querySelector("[data-words]").textContent,
		Events: texts("[data-events] li b"),
		Statuses: texts("[data-readable] [data-status]"),
		Console: texts("[data-console] code").join("\n"),
	};`
