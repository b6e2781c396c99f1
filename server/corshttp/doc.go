// Package corshttp applies a CORS policy to an http.Handler.
//
// A preflight (OPTIONS with Origin and Access-Control-Request-Method) is answered
// here and never reaches the handler; every other request does, with the
// policy's header fields on the answer whatever its status. CORS only tells
// browsers what their scripts may read: it keeps nobody from sending a request.
// To refuse requests that change state and come from pages of origins that the
// policy does not allow, use Enforce.
package corshttp
