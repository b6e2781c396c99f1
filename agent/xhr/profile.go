package xhr

// Profile says where an engine's XMLHttpRequest leaves the standard. The zero
// Profile follows it. The numbers in brackets are those of recorded scenarios in
// which Chromium 156 was seen to do so.
type Profile struct {
	// NoEmptyProgress: no progress event for an empty body (150).
	NoEmptyProgress bool

	// NoEmptyUpload: no progress, load and loadend at the upload of a body of no
	// bytes (4).
	NoEmptyUpload bool

	// UploadFailsWithoutBody: abort, error and timeout fire at the upload even if
	// there is nothing to upload (32), as far as upload events are allowed.
	UploadFailsWithoutBody bool

	// LateUploadListeners: listeners that come to the upload after send() hear
	// its events where no preflight stands between: at the same origin, or where
	// there is one anyway.
	LateUploadListeners bool

	// AbortEndsLoad: after an abort() at readyState 4, neither load nor loadend
	// fires, and a loadend after an abort() in load counts no bytes (3).
	AbortEndsLoad bool

	// AbortForgetsBytes: the progress event that follows an abort() at readyState
	// 3 counts no bytes (2).
	AbortForgetsBytes bool

	// DeferredProgress: a progress event that comes too early fires when its
	// time has come, not with the next bytes.
	DeferredProgress bool

	// HoldsBack: nothing is seen of a response until its type has been guessed,
	// if it is one that is guessed.
	HoldsBack bool

	// CharsetInPlace: every charset in a text's Content-Type is replaced by UTF-8
	// where it stands: also one that says so in lower case, and in what is no
	// media type at all (3).
	CharsetInPlace bool

	// SpaceInHost: open() accepts "http://a b/", and send() fails (1).
	SpaceInHost bool

	// RefusesFTP: send() to an ftp URL fails before loadstart (1).
	RefusesFTP bool

	// Old engines.

	NoWithCredentials bool // there is no such attribute
	NoCORS            bool // open() of another origin throws
	NoJSON            bool // responseType "json" is not known
	XDomainRequest    bool // there is one
}

// Profiles of engines.
var (
	// StandardProfile follows the standard to the letter.
	StandardProfile = Profile{}

	// ChromiumProfile does as Chromium 156 was seen to do.
	ChromiumProfile = Profile{
		NoEmptyProgress:        true,
		NoEmptyUpload:          true,
		UploadFailsWithoutBody: true,
		LateUploadListeners:    true,
		AbortEndsLoad:          true,
		AbortForgetsBytes:      true,
		DeferredProgress:       true,
		HoldsBack:              true,
		CharsetInPlace:         true,
		SpaceInHost:            true,
		RefusesFTP:             true,
	}

	// IE10Profile has CORS in XMLHttpRequest.
	IE10Profile = Profile{NoJSON: true}

	// IE9Profile has CORS in XDomainRequest only.
	IE9Profile = Profile{NoJSON: true, NoWithCredentials: true, NoCORS: true, XDomainRequest: true}
)
