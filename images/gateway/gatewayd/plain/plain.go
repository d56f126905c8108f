// Package plain shows what others wrote.
package plain

import "strings"

// Text is a text on one line, with a ? for each letter that is none of ASCII's: it steers no terminal and looks like no other. Names of processes are whatever somebody wrote into them, and so is a
// proxy's answer.
func Text(text string) string {
	return strings.Map(func(letter rune) rune {
		if letter < ' ' || letter > '~' {
			return '?'
		}
		return letter
	}, text)
}
