// Package backup copies a data folder, database and blobs, into one stream while
// the service is running, and makes a data folder of such a stream.
//
// A data folder holds corsage.db (package sqlite) and blobs (package files). The
// stream is a tar archive of plain files, in this order:
//
//	blobs/KEY        the blobs of every photo in the database, and of a few that
//	                 were deleted meanwhile
//	corsage.db       the database
//	manifest.sha256  the SHA-256 of each file before it, as sha256sum prints it
//
// So it can be unpacked and checked without this program: tar xf, then sha256sum
// -c manifest.sha256. The manifest comes last: a stream that was cut short has
// none, and is refused.
//
// The blobs are those of a snapshot of the database. A photo that was deleted or
// replaced before its blob was reached is missed; then the next snapshot is taken,
// and the blobs that it has more are added. The first snapshot of which no blob is
// missing is the database of the backup. A photo whose blob was missing and which
// the next snapshot has still is no deleted one: it is lost, and the backup fails.
package backup

// The names in a data folder.
const (
	Database = "corsage.db" // a file of package sqlite
	Blobs    = "blobs"      // a folder of package files
)

const manifest = "manifest.sha256" // only in the stream
