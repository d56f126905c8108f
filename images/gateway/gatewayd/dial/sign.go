package dial

import (
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A password and a name have a line each.
const mostSecret = 4096

// signIn is the line of a request that signs in to the company's proxy, or nothing where there is no password; and what of it may not be told. It is read anew each time: a delivered file is
// replaced while this runs.
func signIn(folder string) (line string, secrets []string) {
	password, ok := lineOf(filepath.Join(folder, "password"))
	if !ok {
		return "", nil
	}
	user, _ := lineOf(filepath.Join(folder, "username"))
	token := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return "Proxy-Authorization: Basic " + token + "\r\n", []string{token, password}
}

func lineOf(path string) (string, bool) {
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostSecret))
	return strings.TrimRight(string(text), "\r\n"), err == nil
}
