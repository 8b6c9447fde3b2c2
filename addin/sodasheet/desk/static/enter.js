// The way in must not stay in the window's history: Back would lead to a used ticket.
document.addEventListener("DOMContentLoaded", () => location.replace(document.getElementById("on").href));
