package fault

import (
	"bytes"
	"time"
)

// role says what a JSON field is for, whoever sent it.
type role uint8

const (
	roleNone     role = iota
	roleCode          // the vendor's code, or an HTTP status
	roleReason        // a second code: details, quota ids, finish reasons
	roleType          // a class of error; vendors reuse them wrongly
	roleWord          // an identifier found in a message
	roleMessage       // text
	roleError         // the error object, or its text
	roleSeconds       // a wait in seconds, or a duration
	roleMillis        // a wait in milliseconds
	roleReset         // a point in time
	roleKeyOwner      // is_byok: false when the key at fault is a relay's own
	roleEcho          // repeats the request: never evidence
)

// roles maps field names, in lower case without "_" and "-", to their role.
var roles = map[string]role{
	"code": roleCode, "errorcode": roleCode, "errcode": roleCode, "statuscode": roleCode, "errno": roleCode,
	"upstreamstatus": roleCode, "httpstatus": roleCode, "httpcode": roleCode, "httpstatuscode": roleCode, "statuscodevalue": roleCode,
	"status": roleReason, "reason": roleReason, "quotaid": roleReason, "quotalimit": roleReason, "quotametric": roleReason,
	"limitsource": roleReason, "blockreason": roleReason, "finishreason": roleReason, "stopreason": roleReason, "errorname": roleReason,
	"type": roleType, "errortype": roleType, "name": roleType,
	"message": roleMessage, "msg": roleMessage, "errormsg": roleMessage, "errmsg": roleMessage, "statusmsg": roleMessage,
	"errormessage": roleMessage, "detail": roleMessage, "details": roleMessage, "title": roleMessage, "description": roleMessage,
	"errordescription": roleMessage, "raw": roleMessage, "remedyhint": roleMessage, "body": roleMessage,
	"failurereason": roleMessage, "upstreammessage": roleMessage, "upstreamerror": roleMessage,
	"error": roleError, "errors": roleError, "lasterror": roleError,
	"retryafter": roleSeconds, "retryafterseconds": roleSeconds, "resetsinseconds": roleSeconds, "resetinseconds": roleSeconds,
	"resetafterseconds": roleSeconds, "retrydelay": roleSeconds, "quotaresetdelay": roleSeconds, "retryinseconds": roleSeconds, "resetseconds": roleSeconds, "estimatedtime": roleSeconds,
	"retryafterms": roleMillis, "retrydelayms": roleMillis, "resetsinms": roleMillis,
	"resetsat": roleReset, "resetat": roleReset, "resettime": roleReset, "resetdate": roleReset, "nextresetat": roleReset,
	"quotaresettimestamp": roleReset, "xratelimitreset": roleReset, "ratelimitreset": roleReset, "nextflushtime": roleReset,
	"isbyok": roleKeyOwner,
	"input":  roleEcho, "inputs": roleEcho, "request": roleEcho, "messages": roleEcho, "flaggedinput": roleEcho, "ctx": roleEcho,
	"instructions": roleEcho, "tools": roleEcho, "arguments": roleEcho, "prompt": roleEcho, "loc": roleEcho, "content": roleEcho,
	"output": roleEcho, "reasons": roleEcho, "stack": roleEcho, "links": roleEcho,
}

// roleOf returns the role of a field.
func roleOf(key []byte) role {
	var buf [24]byte
	squashed, ok := squash(buf[:0], key)
	if !ok {
		return roleNone
	}
	return roles[string(squashed)]
}

// squash appends the letters and digits of a name in lower case: insufficient_quota,
// InsufficientQuota and INSUFFICIENT-QUOTA are one code. It says false when
// they do not fit into dst's capacity.
func squash(dst, name []byte) ([]byte, bool) {
	for _, c := range name {
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z' || isDigit(c):
		default:
			continue
		}
		if len(dst) == cap(dst) {
			return dst, false
		}
		dst = append(dst, c)
	}
	return dst, true
}

// taken is how a value was written.
type taken struct {
	quoted bool
	nested int
}

// take sorts one field's value into the digest.
func (d *digest) take(r role, v []byte, how taken) {
	switch r {
	case roleNone, roleEcho, roleWord:
	case roleCode, roleReason:
		d.mark(r, v)
	case roleType:
		if how.quoted {
			d.mark(r, v)
		}
	case roleMessage, roleError:
		if how.quoted {
			d.message(v, how.nested)
		}
	case roleSeconds, roleMillis:
		unit := time.Second
		if r == roleMillis {
			unit = time.Millisecond
		}
		d.wait.field(parseWhen(string(bytes.TrimSpace(v)), unit, d.now))
	case roleReset:
		d.wait.field(parseWhen(string(bytes.TrimSpace(v)), time.Second, d.now))
	case roleKeyOwner:
		d.shared = d.shared || string(v) == "false"
	}
}

// shape notes fields that only one vendor has: their numeric codes are theirs.
func (d *digest) shape(key []byte) {
	switch string(key) {
	case "base_resp":
		d.vendorOfNumbers = "minimax"
	case "error_msg":
		d.vendorOfNumbers = "qianfan"
	}
}
