"""The process behind the desk: who may reach the page, and for how long there is one."""
