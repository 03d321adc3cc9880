package schema

var Agree = agree
