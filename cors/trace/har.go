package trace

import "encoding/json"

// The parts of a HAR 1.2 file that a trace has a use for. Fields whose names
// begin with an underscore are extensions: Chrome's, Firefox's and our own.
//
// Format: http://www.softwareishard.com/blog/har-12-spec/

type harCreator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPage struct {
	ID      string   `json:"id"`
	Started string   `json:"startedDateTime"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
}

type harEntry struct {
	Page     string      `json:"pageref,omitempty"`
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"` // milliseconds, as all times
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  harTimings  `json:"timings"`
	Server   string      `json:"serverIPAddress,omitempty"`

	// Chrome's.
	Initiator    json.RawMessage `json:"_initiator,omitempty"`
	Priority     string          `json:"_priority,omitempty"`
	ResourceType string          `json:"_resourceType,omitempty"`
	FromCache    string          `json:"_fromCache,omitempty"` // "memory" or "disk"

	// Ours.
	ID           string   `json:"_id,omitempty"`
	Fetch        string   `json:"_fetch,omitempty"`
	End          End      `json:"_end,omitempty"`
	Preflight    bool     `json:"_preflight,omitempty"`
	PreflightFor string   `json:"_preflightFor,omitempty"`
	PreflightID  string   `json:"_preflightId,omitempty"`
	Approved     bool     `json:"_preflightKnown,omitempty"`
	RedirectedBy string   `json:"_redirectedBy,omitempty"`
	Hop          int      `json:"_hop,omitempty"`
	Attempt      int      `json:"_attempt,omitempty"`
	PageURL      string   `json:"_page,omitempty"`
	Origin       string   `json:"_origin,omitempty"`
	Mode         string   `json:"_mode,omitempty"`
	Credentials  string   `json:"_credentials,omitempty"`
	Unsent       bool     `json:"_unsent,omitempty"`
	Pending      bool     `json:"_pending,omitempty"`
	CacheUse     string   `json:"_cache,omitempty"`
	Policy       string   `json:"_policy,omitempty"`
	Probe        Probe    `json:"_probe,omitempty"`
	Cookies      []Cookie `json:"_cookies,omitempty"`
	CORS         *harCORS `json:"_cors,omitempty"`
}

// harCORS is a verdict with what can be done about it.
type harCORS struct {
	Reason     string   `json:"reason"`
	On         string   `json:"on"`
	Observed   string   `json:"observed"`
	Expected   string   `json:"expected"`
	Detail     string   `json:"detail,omitempty"`
	Recomputed bool     `json:"recomputed,omitempty"`
	Remedy     []string `json:"remedy,omitempty"` // header lines to send, and where
}

type harRequest struct {
	Method      string      `json:"method"`
	URL         string      `json:"url"`
	Proto       string      `json:"httpVersion"`
	Cookies     []harCookie `json:"cookies"`
	Headers     Header      `json:"headers"`
	Query       []harPair   `json:"queryString"`
	PostData    *harPost    `json:"postData,omitempty"`
	HeadersSize int64       `json:"headersSize"`
	BodySize    int64       `json:"bodySize"`
}

type harResponse struct {
	Status      int         `json:"status"`
	StatusText  string      `json:"statusText"`
	Proto       string      `json:"httpVersion"`
	Cookies     []harCookie `json:"cookies"`
	Headers     Header      `json:"headers"`
	Content     harContent  `json:"content"`
	RedirectURL string      `json:"redirectURL"`
	HeadersSize int64       `json:"headersSize"`
	BodySize    int64       `json:"bodySize"`

	Transferred *int64 `json:"_transferSize,omitempty"`
	Error       string `json:"_error,omitempty"` // "net::ERR_FAILED"
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harCookie struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type harPost struct {
	Type string `json:"mimeType"`
	Text string `json:"text"`
}

type harContent struct {
	Size     int64  `json:"size"`
	Type     string `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding string `json:"encoding,omitempty"` // "base64"
	Cut      bool   `json:"_truncated,omitempty"`
}

type harTimings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"` // TLS included
	SSL     float64 `json:"ssl"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
}
