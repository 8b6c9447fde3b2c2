"""DataSync's command lines: flags, and their combinations (docs/how-to/move-from-datasync.md)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.sij_file import SijFile
from sodasheet.model.method import Method

#: (short, long, value, help). The order is DataSync's.
FLAGS = (
    ("-t", "--jobType", "TYPE", "IntegrationJob (the default) or LoadPreferences."),
    ("-c", "--config", "FILE", "Portal, login and notification addresses: DataSync's config.json."),
    ("-a", "--userAgent", "NAME", "Accepted but ignored: SodaSheet sends its own name."),
    ("-i", "--datasetID", "ID", "The dataset to update, such as abcd-1234."),
    ("-f", "--fileToPublish", "FILE", "The .csv or .tsv file with the rows."),
    ("-m", "--publishMethod", "METHOD", "replace, upsert, append or delete."),
    ("-h", "--fileToPublishHasHeaderRow", "BOOL", "Whether the file has a header: true, false."),
    ("-pf", "--publishViaFTP", "BOOL", "true: use the control file, as -ph true does."),
    ("-ph", "--publishViaHttp", "BOOL", "true: use the control file."),
    ("-cf", "--pathToControlFile", "FILE", "The control file; needs -ph true or -pf true."),
    ("-sc", "--pathToFTPControlFile", "FILE", "The older name of -cf."),
    ("-pun", "--proxyUsername", "NAME", "User name for the proxy of the config file."),
    ("-ppw", "--proxyPassword", "TEXT", "Password for the proxy of the config file."),
    ("-pm", "--portMethod", "METHOD", "For Port jobs, which are refused."),
    ("-pd1", "--sourceDomain", "HOST", "For Port jobs, which are refused."),
    ("-pi1", "--sourceDatasetId", "ID", "For Port jobs, which are refused."),
    ("-pd2", "--destinationDomain", "HOST", "For Port jobs, which are refused."),
    ("-pi2", "--destinationDatasetId", "ID", "For Port jobs, which are refused."),
    ("-ppm", "--portPublishMethod", "METHOD", "For Port jobs, which are refused."),
    ("-pp", "--publishDestinationDataset", "BOOL", "For Port jobs, which are refused."),
    ("-pdt", "--destinationDatasetTitle", "TEXT", "For Port jobs, which are refused."),
)

#: Types of jobs by DataSync's exact names; types with a sentence are refused.
JOB_TYPES: dict[str, tuple[str, ...]] = {
    "IntegrationJob": (),
    "LoadPreferences": (),
    "PortJob": (
        "A Port job copies one dataset to another, and this command only pushes rows.",
        "Run its .spj file with sodasheet copy.",
    ),
    "GISJob": (),
}

#: Flags by their names in a parsed command line: the long names without dashes.
Given = Mapping[str, str | None]


def job_type(given: Given) -> str:
    """Return the job type of a command line. Raises UsageProblem if unsupported."""
    kind = given.get("jobType") or "IntegrationJob"
    if kind not in JOB_TYPES:
        raise UsageProblem(
            f'-t,--jobType is "{kind}".',
            f"Write one of {', '.join(JOB_TYPES)}, with the same capital letters.",
        )
    if JOB_TYPES[kind]:
        what, remedy = JOB_TYPES[kind]
        raise UsageProblem(what, remedy)
    return kind


def sij_of(given: Given) -> SijFile:
    """Return the job for the flags. Raises UsageProblem for missing or conflicting flags."""
    dataset, path = _needed(given, "-i", "datasetID"), _needed(given, "-f", "fileToPublish")
    control = given.get("pathToControlFile") or given.get("pathToFTPControlFile") or ""
    http, ftp = _flag(given, "-ph", "publishViaHttp"), _flag(given, "-pf", "publishViaFTP")
    _refuse_ways(http=http, ftp=ftp, control=control)
    if bool(given.get("proxyUsername")) != bool(given.get("proxyPassword")):
        raise UsageProblem("-pun and -ppw must be used together.", "Use both, or neither.")
    told = bool(control or http or ftp)
    if not told:
        _needed(given, "-m", "publishMethod")
        _needed(given, "-h", "fileToPublishHasHeaderRow")
    return SijFile(
        dataset=dataset,
        path=path,
        method=_method(given),
        header=_flag(given, "-h", "fileToPublishHasHeaderRow", default=True),
        control_path=control,
        ftp=ftp,
        http=http,
    )


def name_of(sij: SijFile) -> Path:
    """Return the name of a command line's job: the file to publish."""
    return Path(sij.path)


def _refuse_ways(*, http: bool, ftp: bool, control: str) -> None:
    if http and ftp:
        raise UsageProblem("-ph and -pf cannot both be true.", "Leave one of them out.")
    if control and not (http or ftp):
        raise UsageProblem(
            "A control file is only used with -ph true or -pf true.",
            "Add -ph true, or leave -cf out.",
        )
    if (http or ftp) and not control:
        way = "-ph" if http else "-pf"
        raise UsageProblem(f"{way} true needs a control file.", "Specify it with -cf FILE.")


def _needed(given: Given, short: str, name: str) -> str:
    value = given.get(name)
    if not value:
        raise UsageProblem(
            f"Missing required argument: {short},--{name}.",
            "Add it; this command's help lists the arguments.",
        )
    return value


def _flag(given: Given, short: str, name: str, *, default: bool = False) -> bool:
    value = given.get(name)
    if value is None:
        return default
    if value.lower() not in ("true", "false"):
        raise UsageProblem(f'{short},--{name} is "{value}".', "Write true or false after it.")
    return value.lower() == "true"


def _method(given: Given) -> Method | None:
    word = given.get("publishMethod")
    if not word:
        return None
    if word.lower() not in tuple(Method):
        raise UsageProblem(
            f'-m,--publishMethod is "{word}".', "Write replace, upsert, append or delete after it."
        )
    return Method(word.lower())
