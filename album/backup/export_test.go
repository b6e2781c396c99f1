package backup

// Unpack makes files of an archive without looking into the database.
var Unpack = unpack
