package process

import (
	"os"
	"os/exec"
	"sync"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A Group is a process that we started and all that it started: a job object,
// which dies with its last handle and so with us.
type Group struct {
	cmd *exec.Cmd
	job windows.Handle
}

var living struct {
	sync.Mutex
	jobs map[windows.Handle]bool
}

// KillAll kills, at once and without asking, every process group that still
// lives. It is for main's way out on a fatal signal or panic, when there is no
// time to close the connections; it may be called from any goroutine.
func KillAll() {
	living.Lock()
	defer living.Unlock()
	for job := range living.jobs {
		_ = windows.TerminateJobObject(job, 1)
	}
}

// Start starts cmd within a job of its own. Whoever calls it must see it to its
// end: WaitExit, Kill, Forget, in this order.
func Start(cmd *exec.Cmd) (Group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return Group{}, err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		_ = windows.CloseHandle(job)
		return Group{}, err
	}
	if err := cmd.Start(); err != nil {
		_ = windows.CloseHandle(job)
		return Group{}, err
	}
	handle, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	if err == nil {
		err = windows.AssignProcessToJobObject(job, handle)
		_ = windows.CloseHandle(handle)
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = windows.CloseHandle(job)
		return Group{}, err
	}
	living.Lock()
	defer living.Unlock()
	if living.jobs == nil {
		living.jobs = make(map[windows.Handle]bool)
	}
	living.jobs[job] = true
	return Group{cmd, job}, nil
}

// StartShared is Start: a job does not keep a process from our console.
func StartShared(cmd *exec.Cmd) (Group, error) { return Start(cmd) }

// Alive tells whether anything of the group still runs.
func (g Group) Alive() bool {
	var info struct {
		userTime, kernelTime, periodUserTime, periodKernelTime int64
		faults, total, active, terminated                      uint32
	}
	const basicAccounting = 1
	err := windows.QueryInformationJobObject(g.job, basicAccounting, uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)), nil)
	return err == nil && info.active > 0
}

// Trace does nothing: nothing leaves a job.
func (g Group) Trace() {}

// Terminate does nothing: there is no polite signal here.
func (g Group) Terminate() {}

// SignalNamed kills the group, whatever the signal.
func (g Group) SignalNamed(string) bool {
	g.Kill()
	return true
}

// Kill ends all of the group.
func (g Group) Kill() {
	living.Lock()
	defer living.Unlock()
	if living.jobs[g.job] {
		_ = windows.TerminateJobObject(g.job, 1)
	}
}

// WaitExit returns when the process has ended.
func (g Group) WaitExit() { _ = g.cmd.Wait() }

// Forget is told when the group was killed.
func (g Group) Forget() {
	living.Lock()
	defer living.Unlock()
	delete(living.jobs, g.job)
	_ = windows.CloseHandle(g.job)
}

// SignalName is empty: no signal ends a process here.
func SignalName(*os.ProcessState) string { return "" }
