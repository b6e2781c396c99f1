//go:build jub0bs

package main

import jub0bs "github.com/jub0bs/cors"

// jub0bs/cors takes part where its module can be had: scripts/bench-peers finds out.
func init() {
	implementations = append(implementations, implementation{name: "jub0bs/cors", module: "github.com/jub0bs/cors", build: buildJub0bs})
}

func buildJub0bs(c config) (wrapper, error) {
	m, err := jub0bs.NewMiddleware(jub0bs.Config{
		Origins: c.origins, Credentialed: c.credentials, Methods: c.methods, RequestHeaders: c.headers,
		ResponseHeaders: c.exposed, MaxAgeInSeconds: c.maxAge,
	})
	if err != nil {
		return nil, err
	}
	return m.Wrap, nil
}
