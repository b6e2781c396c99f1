package script

import "github.com/corsage-go/corsage/agent/script/engine"

func (r *Realm) performanceOps() ops {
	return ops{"now": r.opNow, "timeOrigin": r.opTimeOrigin}
}

// opTimeOrigin is when the realm began, in milliseconds since 1970.
//
// Standard: https://w3c.github.io/hr-time/#dom-performance-timeorigin
func (r *Realm) opTimeOrigin(*engine.Call) (any, error) {
	return float64(r.began.UnixMicro()/100) / 10, nil
}
