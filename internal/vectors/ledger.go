package main

// ledger lists the scenarios that cannot agree with their recording, by profile
// and ID, each with the reason.
var ledger = map[string]map[string]string{
	"chromium": {
		"abort-87a1eafb": "Chromium guesses the type of a text/plain response before its CORS check, so one that hangs is never refused; we check as soon as the head is there",
	},
	"standard": {
		"abort-23d76bff":           noViewOnAborts,
		"abort-76b5cb35":           noViewOnAborts,
		"abort-d29e3506":           noViewOnAborts,
		"abort-05151c93":           noViewOnAborts,
		"abort-ddb17ce8":           noViewOnAborts,
		"abort-da7da79b":           noViewOnAborts,
		"abort-3d6ed6f8":           noViewOnAborts,
		"abort-f8f619dc":           noViewOnAborts,
		"abort-87a1eafb":           noViewOnAborts,
		"network-errors-f9991e95":  "Chromium holds a text/plain response back until it has guessed its type; the recording's model has no view on broken bodies",
		"random-redirect-4aae1dce": "an empty text is a body, whose upload events Chromium leaves out; the recording's model does not say so here",
	},
}

const (
	noViewOnAborts = "Chromium leaves the standard's events after abort(); the recording's model has no view on aborts and says nothing"
)
