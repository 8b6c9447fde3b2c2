"""`sodasheet job rules`: list, add and remove the rules of a job."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, job_argument, takes
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.model.job import Job


@dataclass(frozen=True, slots=True)
class RuleOptions:
    """Options of `sodasheet job rules`; without any, rules are only listed."""

    job_path: Path
    add: tuple[str, ...]
    remove: tuple[str, ...]
    reconcile: str | None
    schema: Path | None
    output: Path | None
    as_json: bool


@click.command("rules")
@job_argument
@click.option(
    "--add",
    multiple=True,
    metavar="RULE",
    help='Add a rule in words, such as "opened is not after closed".',
)
@click.option("--remove", multiple=True, metavar="RULE", help="Remove a rule, exactly as listed.")
@click.option(
    "--reconcile",
    metavar="FIELD",
    help='Compare source and dataset by this column after a push; "" for none.',
)
@click.option(
    "--read",
    "schema",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Add the rules of this Frictionless Table Schema to the job.",
)
@click.option(
    "--write",
    "output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the dataset's columns and the rules as a Frictionless Table Schema.",
)
@as_json
@takes(RuleOptions)
def rules(options: RuleOptions) -> None:
    """List the rules of JOB, a job file; add and remove rules in words, read or write a schema.

    Example: sodasheet job rules permits.json --add "status is one of Open, Closed"
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.jobs import read_job, write_job

    job = before = read_job(options.job_path)
    left: list[str] = []
    if options.schema is not None:
        job, left = _with_rules(job, options.schema)
    job = _edited(job, options)
    if job != before:
        write_job(job, options.job_path)
    if options.output is not None:
        left += _write_schema(job, options.output)
    words = [rule.words for rule in job.quality.rules]
    if options.as_json:
        print_json({"rules": words, "left_out": left, "reconcile": job.quality.reconcile or None})
        return
    for sentence in words or ["The job has no rules."]:
        say(sentence)
    if job.quality.reconcile:
        say(f"Source and dataset are compared by {job.quality.reconcile} after a push.")
    for one in left:
        say(f"Left out: {one}")


def _edited(job: Job, options: RuleOptions) -> Job:
    """Return the job with the added rules, and without the removed rules."""
    from sodasheet.jobs.rule_sentences import parse_rule

    quality = job.quality
    rules = [rule for rule in quality.rules if rule.words not in options.remove]
    known = {rule.words for rule in quality.rules}
    if missing := [words for words in options.remove if words not in known]:
        listed = "; ".join(sorted(known)) or "none"
        raise UsageProblem(f'The job has no rule "{missing[0]}".', f"Its rules are: {listed}.")
    rules += [rule for rule in map(parse_rule, options.add) if rule not in rules]
    reconcile = quality.reconcile if options.reconcile is None else options.reconcile.strip()
    return replace(job, quality=replace(quality, rules=tuple(rules), reconcile=reconcile))


def _with_rules(job: Job, schema: Path) -> tuple[Job, list[str]]:
    """Return the job with the schema's rules instead of its own."""
    from sodasheet.quality.rules_as_table_schema import rules_of

    try:
        data = json.loads(schema.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UsageProblem(
            f"{schema} cannot be read as JSON: {error}.", "Choose a Frictionless Table Schema."
        ) from error
    found, left = rules_of(data)
    return replace(job, quality=replace(job.quality, rules=found)), left


def _write_schema(job: Job, output: Path) -> list[str]:
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.quality.rules_as_table_schema import schema_of

    with open_portal(job.portal) as session:
        dataset = read_dataset(session, job.dataset)
    schema, left = schema_of(dataset, job.quality.rules)
    try:
        output.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:
        raise UsageProblem(
            f"{output} cannot be written: {error.strerror or error}.",
            "Choose a folder that you can write to.",
        ) from error
    return left
