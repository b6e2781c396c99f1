package main

import (
	"net/http"
	"strings"
	"time"

	gincors "github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	chicors "github.com/go-chi/cors"
	"github.com/gorilla/handlers"
	echo4 "github.com/labstack/echo/v4"
	echo4middleware "github.com/labstack/echo/v4/middleware"
	echo5 "github.com/labstack/echo/v5"
	echo5middleware "github.com/labstack/echo/v5/middleware"
	rscors "github.com/rs/cors"

	"github.com/corsage-go/corsage/cors/policy"
	"github.com/corsage-go/corsage/server/corshttp"
)

// implementation is one row of the table: a name, the module whose version the
// report gives, and how to configure it. frame is the same without its
// middleware, for those that work inside a framework, whose own cost is taken off.
type implementation struct {
	name, module string
	build        func(config) (wrapper, error)
	frame        wrapper
}

// corsage is the name that ratios refer to.
const corsage = "Corsage"

// implementations is who takes part. The first two are measures rather than
// peers: nothing at all, and the least that a safe middleware has to do.
var implementations = []implementation{
	{name: "next only", build: nothing},
	{name: "safe floor", build: safeFloor},
	{name: corsage, build: buildCorsage},
	{name: "rs/cors", module: "github.com/rs/cors", build: buildRS},
	{name: "go-chi/cors", module: "github.com/go-chi/cors", build: buildChi},
	{name: "gorilla/handlers", module: "github.com/gorilla/handlers", build: buildGorilla},
	{name: "gin-contrib/cors", module: "github.com/gin-contrib/cors", build: buildGin, frame: inGin(nil)},
	{name: "echo v4", module: "github.com/labstack/echo/v4", build: buildEcho4, frame: inEcho4(nil)},
	{name: "echo v5", module: "github.com/labstack/echo/v5", build: buildEcho5, frame: inEcho5(nil)},
}

func nothing(config) (wrapper, error) {
	return func(next http.Handler) http.Handler { return next }, nil
}

func buildCorsage(c config) (wrapper, error) {
	p := policy.Policy{
		AllowOrigins: c.origins, AllowMethods: c.methods, AllowHeaders: c.headers,
		ExposeHeaders: c.exposed, AllowCredentials: c.credentials,
	}
	if c.maxAge > 0 {
		p.MaxAge = &c.maxAge
	}
	compiled, err := policy.Compile(p)
	if err != nil {
		return nil, err
	}
	return corshttp.New(compiled).Wrap, nil
}

func buildRS(c config) (wrapper, error) {
	return rscors.New(rscors.Options{
		AllowedOrigins: c.origins, AllowedMethods: orSafelisted(c.methods), AllowedHeaders: c.headers,
		ExposedHeaders: c.exposed, AllowCredentials: c.credentials, MaxAge: c.maxAge,
	}).Handler, nil
}

func buildChi(c config) (wrapper, error) {
	return chicors.New(chicors.Options{
		AllowedOrigins: c.origins, AllowedMethods: orSafelisted(c.methods), AllowedHeaders: c.headers,
		ExposedHeaders: c.exposed, AllowCredentials: c.credentials, MaxAge: c.maxAge,
	}).Handler, nil
}

func buildGorilla(c config) (wrapper, error) {
	if hasPatterns(c.origins) {
		return nil, errUnable
	}
	options := []handlers.CORSOption{
		handlers.AllowedOrigins(c.origins), handlers.AllowedMethods(orSafelisted(c.methods)), handlers.AllowedHeaders(c.headers),
		handlers.ExposedHeaders(c.exposed), handlers.MaxAge(c.maxAge),
	}
	if c.credentials {
		options = append(options, handlers.AllowCredentials())
	}
	return handlers.CORS(options...), nil
}

func buildGin(c config) (wrapper, error) {
	options := gincors.Config{
		AllowOrigins: c.origins, AllowMethods: orSafelisted(c.methods), AllowHeaders: c.headers, ExposeHeaders: c.exposed,
		AllowCredentials: c.credentials, MaxAge: time.Duration(c.maxAge) * time.Second, AllowWildcard: true,
	}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	return inGin(gincors.New(options)), nil
}

// inGin is gin with a middleware, or with none.
func inGin(middleware gin.HandlerFunc) wrapper {
	gin.SetMode(gin.ReleaseMode)
	return func(next http.Handler) http.Handler {
		engine := gin.New()
		if middleware != nil {
			engine.Use(middleware)
		}
		engine.Any("/*path", func(c *gin.Context) { next.ServeHTTP(c.Writer, c.Request) })
		return engine
	}
}

func buildEcho4(c config) (wrapper, error) {
	return inEcho4(echo4middleware.CORSWithConfig(echo4middleware.CORSConfig{
		AllowOrigins: c.origins, AllowMethods: orSafelisted(c.methods), AllowHeaders: c.headers,
		ExposeHeaders: c.exposed, AllowCredentials: c.credentials, MaxAge: c.maxAge,
	})), nil
}

// inEcho4 is echo with a middleware, or with none.
func inEcho4(middleware echo4.MiddlewareFunc) wrapper {
	return func(next http.Handler) http.Handler {
		e := echo4.New()
		if middleware != nil {
			e.Use(middleware)
		}
		e.Any("/*", echo4.WrapHandler(next))
		return e
	}
}

func buildEcho5(c config) (wrapper, error) {
	if hasPatterns(c.origins) {
		return nil, errUnable
	}
	middleware, err := echo5middleware.CORSConfig{
		AllowOrigins: c.origins, AllowMethods: orSafelisted(c.methods), AllowHeaders: c.headers,
		ExposeHeaders: c.exposed, AllowCredentials: c.credentials, MaxAge: c.maxAge,
	}.ToMiddleware()
	if err != nil {
		return nil, err
	}
	return inEcho5(middleware), nil
}

// inEcho5 is inEcho4 for its next version.
func inEcho5(middleware echo5.MiddlewareFunc) wrapper {
	return func(next http.Handler) http.Handler {
		e := echo5.New()
		if middleware != nil {
			e.Use(middleware)
		}
		e.Any("/*", echo5.WrapHandler(next))
		return e
	}
}

// orSafelisted names the methods that no browser asks for, where no others are
// named: most implementations take an empty list for one of their own.
func orSafelisted(methods []string) []string {
	return append([]string{"GET", "HEAD", "POST"}, methods...)
}

// hasPatterns reports whether there are origins to be matched rather than compared.
func hasPatterns(origins []string) bool {
	for _, o := range origins {
		if o != "*" && strings.Contains(o, "*") {
			return true
		}
	}
	return false
}
