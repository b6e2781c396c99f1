package album

// QuickHashes makes the hashes of passwords cheap, for tests that are about
// something else.
func QuickHashes(l *Library) {
	cost := passwordHash{memory: 64, passes: 1, lanes: 1}
	l.passwords.cost = cost
	cost.salt, cost.key = l.passwords.nobody.salt, l.passwords.nobody.key
	l.passwords.nobody = cost
}

// FillThumbnailQueue takes all places of those who wait for thumbnails.
func FillThumbnailQueue(l *Library) (empty func()) {
	full := l.decodes
	for range cap(full) {
		full <- struct{}{}
	}
	return func() {
		for range cap(full) {
			<-full
		}
	}
}

// EditedAlone reports whether an edit is under way that keeps all others away
// from the album.
func EditedAlone(l *Library, album ID) bool {
	mu := l.edits.stripe(album)
	if mu.TryRLock() {
		mu.RUnlock()
		return false
	}
	return true
}
