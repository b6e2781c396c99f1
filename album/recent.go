package album

import "container/list"

// recent is a map that forgets what has been touched least recently when it
// grows over its size, so that strangers cannot fill the memory. It is not safe
// for concurrent use.
type recent[K comparable, V any] struct {
	size  int
	items map[K]*list.Element // of *recentItem
	order *list.List          // the most recent first
}

type recentItem[K comparable, V any] struct {
	key   K
	value V
}

func newRecent[K comparable, V any](size int) *recent[K, V] {
	return &recent[K, V]{size: size, items: make(map[K]*list.Element), order: list.New()}
}

func (r *recent[K, V]) get(key K) (value V, ok bool) {
	e, ok := r.items[key]
	if !ok {
		return value, false
	}
	r.order.MoveToFront(e)
	return e.Value.(*recentItem[K, V]).value, true
}

func (r *recent[K, V]) put(key K, value V) {
	if e, ok := r.items[key]; ok {
		e.Value.(*recentItem[K, V]).value = value
		r.order.MoveToFront(e)
		return
	}
	r.items[key] = r.order.PushFront(&recentItem[K, V]{key, value})
	if len(r.items) > r.size {
		r.drop(r.order.Back().Value.(*recentItem[K, V]).key)
	}
}

func (r *recent[K, V]) drop(key K) {
	if e, ok := r.items[key]; ok {
		r.order.Remove(e)
		delete(r.items, key)
	}
}
