package agent

import "github.com/corsage-go/corsage/agent/xhr"

// What an XMLHttpRequest deals with has its home in package xhr; a program needs
// to import this one only.

// XHR is an XMLHttpRequest; Page.XHR makes one. In the order of use:
//
//	Open, OpenWith                        what to ask for
//	SetRequestHeader, SetTimeout,
//	SetWithCredentials, SetResponseType,
//	OverrideMimeType, DownloadTo          how
//	On, Upload().On                       what to be told, see EventLoad and the others
//	Do                                    sends it and returns the Response, or why there is none
//	Send, Wait, Abort                     the same in steps, as a script does it
//	State, Status, StatusText, ResponseURL, ResponseHeader, AllResponseHeaders,
//	Response, ResponseText, ResponseBytes, ResponseXML, Failure
//
// It belongs to one goroutine at a time. Each method's documentation:
//
//	go doc github.com/corsage-go/corsage/agent/xhr.XHR
type XHR = xhr.XHR

// XDomainRequest is how Internet Explorer 8 and 9 asked other origins, with the
// profile IE9; Page.XDomainRequest makes one. Its methods are Open, SetTimeout,
// On, Send, Wait, Abort, ContentType and ResponseText; see go doc
// github.com/corsage-go/corsage/agent/xhr.XDomainRequest.
type XDomainRequest = xhr.XDomainRequest

// OpenOptions are the further arguments of open(), for XHR.OpenWith: Sync,
// Username and Password.
type OpenOptions = xhr.OpenOptions

// Upload is where the events of a request's body are: XHR.Upload returns it, and
// its method On registers listeners. Those that are there when the request is
// sent make it ask for permission first.
type Upload = xhr.Upload

// Event is what listeners are told: its Type and, for all but
// EventReadyStateChange, the bytes Loaded and Total, where that is known
// (LengthComputable).
type Event = xhr.Event

// Types of events, for XHR.On, Upload.On and XDomainRequest.On. All but the first
// are progress events.
const (
	EventReadyStateChange = xhr.EventReadyStateChange // of the XHR alone
	EventLoadStart        = xhr.EventLoadStart
	EventProgress         = xhr.EventProgress
	EventAbort            = xhr.EventAbort
	EventError            = xhr.EventError
	EventLoad             = xhr.EventLoad
	EventTimeout          = xhr.EventTimeout
	EventLoadEnd          = xhr.EventLoadEnd
)

// State is a readyState, as XHR.State returns it.
type State = xhr.State

// The states.
const (
	Unsent          = xhr.Unsent
	Opened          = xhr.Opened
	HeadersReceived = xhr.HeadersReceived
	Loading         = xhr.Loading
	Done            = xhr.Done
)

// ResponseType says what XHR.Response returns; see XHR.SetResponseType.
type ResponseType = xhr.ResponseType

// The response types.
const (
	DefaultType     = xhr.DefaultType // text; a document too, if it is XML
	ArrayBufferType = xhr.ArrayBufferType
	BlobType        = xhr.BlobType
	DocumentType    = xhr.DocumentType
	JSONType        = xhr.JSONType
	TextType        = xhr.TextType
)

// Response is a response that has been received to its end, as XHR.Do, XHR.Wait
// and Page.Get return it: Status, StatusText and URL, and the methods Header,
// AllHeaders, Type, Redirected, FromCache, Bytes, Text and JSON.
type Response = xhr.Response

// DOMException is the error of a call that a script may not make, or not now. Its
// Name is one of the standard's, such as "InvalidStateError".
type DOMException = xhr.DOMException

// Body is what can be sent: Text, Bytes, *Blob, *File, *FormData, URLSearchParams
// and *Document.
type Body = xhr.Body

// Text is a body of text, sent as UTF-8.
type Text = xhr.Text

// Bytes is a body of bytes, sent without a type.
type Bytes = xhr.Bytes

// Blob is a body of bytes with a type, in memory (NewBlob) or anywhere else
// (xhr.NewBlobFrom). Its methods are Size, Type, Open, Bytes and Slice.
type Blob = xhr.Blob

// File is a Blob with a name, as a user chooses it (OpenFile) or a script makes it
// (NewFile).
type File = xhr.File

// FormData is a body of a form's fields and files, sent as multipart/form-data.
// Its methods are Append, AppendFile and AppendBlob; the zero FormData is empty.
type FormData = xhr.FormData

// URLSearchParams is a body of names and values, sent as
// application/x-www-form-urlencoded.
type URLSearchParams = xhr.URLSearchParams

// Param is a name and a value of URLSearchParams.
type Param = xhr.Param

// Document is a document that was received (XHR.ResponseXML) or is to be sent
// (xhr.ParseHTML, xhr.ParseXML). Its method String writes it out.
type Document = xhr.Document

// EventLoop runs the tasks of XMLHttpRequests made with Page.XHROn, one after the
// other: Run until there are none and none are to come. Its zero value is ready.
type EventLoop = xhr.EventLoop

// Clock tells the time and wakes up, for Options.Clock and EventLoop.Clock: Now
// and AfterFunc, as package time has them.
type Clock = xhr.Clock
