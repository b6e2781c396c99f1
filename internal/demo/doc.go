// Package demo draws the photos of the demo's albums: gardens of flowers, made
// of arithmetic alone, so that the program needs no picture files to show what
// it does.
//
// A photo is the same on every run. Some carry what cameras put into files, the
// place where they were taken included, so that one can see it being left out
// of what other sites get.
package demo
