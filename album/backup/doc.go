// Package backup copies a data folder, database and blobs, into one stream while
// the service is running, and makes a data folder of such a stream.
//
// A data folder holds corsage.db (package sqlite) and blobs (package files). The
// stream is a tar archive of plain files, whose names ascend:
//
//	blobs/KEY        the blobs of every photo in the database
//	corsage.db       the database
//	manifest.sha256  the SHA-256 of each file before it, as sha256sum prints it
//
// So it can be unpacked and checked without this program: tar xf, then sha256sum
// -c manifest.sha256. The manifest comes last: a stream that was cut short has
// none, and is refused. The database comes after the blobs because it says which
// photos there are, and a photo that was deleted while its blob was awaited is
// taken out of the copy.
package backup

// The names in a data folder.
const (
	Database = "corsage.db" // a file of package sqlite
	Blobs    = "blobs"      // a folder of package files
)

const manifest = "manifest.sha256" // only in the stream
