package fetch

import "github.com/corsage-go/corsage/cors"

// firstReferrer is the request's referrer before any policy has touched it.
func (f *fetching) firstReferrer() string {
	switch r := f.asked.Referrer; {
	case r.None:
		return ""
	case r.URL != nil:
		return r.URL.Href()
	case f.client.Origin.IsOpaque() || f.client.URL == nil:
		return "" // nothing is told of a document whose origin is hidden
	default:
		return f.client.URL.Href()
	}
}

// determineReferrer applies the policy. What was once left out of a referrer stays
// left out on later hops.
//
// Standard: https://fetch.spec.whatwg.org/#concept-main-fetch, step 9
func (f *fetching) determineReferrer() {
	f.referrer = cors.Referrer(f.referrer, f.url.Href(), f.policy)
}
