//go:build clients

package clients

import (
	"os"
	"testing"

	"github.com/corsage-go/corsage/agent"
)

// libraries are those of versions.txt. A want of "" leaves a story out that the
// library has no part in.
var libraries = []library{
	{name: "axios, UMD, XMLHttpRequest", page: axiosUMD("xhr"), want: axiosWords},
	{name: "axios, UMD, fetch", page: axiosUMD("fetch"), want: axiosFetchWords, profile: agent.Chromium},
	{name: "axios, ESM, XMLHttpRequest", page: axiosESM("xhr"), want: axiosWords},
	{name: "axios, ESM, fetch", page: axiosESM("fetch"), want: axiosFetchWords, profile: agent.Chromium},
	{name: "jQuery", page: classic("jquery/dist/jquery.js", "jquery.js"), want: wants{
		"abort": "abort 0", "timeout": "timeout 0", "blocked": "error 0",
	}},
	{name: "superagent", page: classic("superagent/dist/superagent.js", "superagent.js"), want: wants{
		"abort": "abort", "timeout": "ECONNABORTED", "blocked": "crossDomain",
	}},
	{name: "ky", page: `<script type="module" src="/adapters/ky.js"></script>`, want: wants{
		"upload": "200 300000 bytes; no progress",
		"abort":  "AbortError", "timeout": "TimeoutError", "blocked": "NetworkError",
	}},
	{name: "whatwg-fetch", page: classic("whatwg-fetch/dist/fetch.umd.js", "whatwg-fetch.js"), want: wants{
		"upload": "200 300000 bytes; no progress",
		"abort":  "AbortError: Aborted", "timeout": "AbortError: Aborted", "blocked": "TypeError: Network request failed",
	}},
	{name: "tus-js-client", page: classic("tus-js-client/dist/tus.js", "tus.js"), want: wants{
		"get": "", "put": "", "credentials": "", "abort": "abort", "refusedUpload": "Error with its request",
	}},
	{name: "Uppy", page: classic("uppy/dist/uppy.min.js", "uppy.js"), want: wants{
		"get": "", "put": "", "credentials": "", "abort": "cancel-all", "timeout": "Error", "refusedUpload": "Error, a network error",
	}},
}

var axiosWords = wants{
	"abort": "CanceledError ERR_CANCELED", "timeout": "AxiosError ECONNABORTED", "blocked": "AxiosError ERR_NETWORK",
}

// NOTE: over fetch, axios sets User-Agent. By the standard that makes every request a
// preflighted one; Chromium still drops it.
var axiosFetchWords = wants{
	"abort": "CanceledError ERR_CANCELED", "timeout": "AxiosError ETIMEDOUT", "blocked": "AxiosError ERR_NETWORK",
}

// classic is a page with a script of a library, and its adapter.
func classic(library, adapter string) string {
	return `<script src="/libraries/` + library + `"></script><script src="/adapters/` + adapter + `"></script>`
}

func axiosUMD(adapter string) string {
	return `<script src="/libraries/axios/dist/axios.js"></script>
		<script type="module">import { use } from "/adapters/axios.js"; use(axios, "` + adapter + `")</script>`
}

func axiosESM(adapter string) string {
	return `<script type="module">
		import axios from "/libraries/axios/dist/esm/axios.js"; import { use } from "/adapters/axios.js"; use(axios, "` + adapter + `")</script>`
}

// Libraries run unmodified, and come to what they come to in a browser.
func TestLibraries(t *testing.T) {
	if os.Getenv("CORSAGE_CLIENTS") == "" {
		t.Fatal("CORSAGE_CLIENTS names no folder of libraries: make clients gets them and runs this test")
	}
	play(t, libraries)
}
