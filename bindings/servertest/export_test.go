package servertest

var (
	OwnGroup  = ownGroup
	KillGroup = killGroup
)
