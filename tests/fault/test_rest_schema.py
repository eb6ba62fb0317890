"""Schemathesis over the whole REST API, as each role: no server error, no answer OpenAPI does not tell."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

import httpx
import psutil

from tests.harness.faults.single import Single, single

SEED = 20261121
EXAMPLES = {"studio_owner": 4, "studio_manager": 2, "freelancer": 2}
"""Generated requests of each operation, by who asks."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
ENDS_SIGN_INS = r"/auth/(logout|password)$|/members/"
"""What may take away a token that others are asked with: asked last."""
NEVER_ENDS = "^/feed$"
"""An answer that goes on for as long as it is read."""
MEMORY = 48 * 1024 * 1024


def program() -> str:
    """Schemathesis beside the Python that runs this."""
    found = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or shutil.which(
        "schemathesis"
    )
    assert found, "schemathesis is missing: make install-dev"
    return found


async def ask(server: Single, role: str, which: str) -> str:
    """Let Schemathesis ask operations with a role's token; fails with what it says is wrong."""
    process = await asyncio.create_subprocess_exec(
        program(),
        "run",
        f"{server.url}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {server.tokens[role]}",
        f"--checks={CHECKS}",
        f"--{which}-path-regex={ENDS_SIGN_INS}" + (f"|{NEVER_ENDS}" if which == "exclude" else ""),
        "--phases=fuzzing",
        f"--max-examples={EXAMPLES[role]}",
        f"--seed={SEED}",
        "--no-shrink",
        "--continue-on-failure",
        "--warnings=off",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    text = said.decode(errors="replace")
    assert process.returncode == 0, f"as {role}, seed {SEED}:\n{text[-6_000:]}"
    return text


async def test_no_request_of_any_role_makes_the_server_stumble(database):
    async with single(database) as server:
        process = psutil.Process(server.pid)
        said = await ask(server, "studio_owner", "exclude")
        before = process.memory_info().rss
        for role in ("studio_manager", "freelancer"):
            said += await ask(server, role, "exclude")
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
            for token in server.tokens.values():
                me = await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
                assert me.status_code == 200, "it was asked as somebody all the time"
        said += await ask(server, "studio_owner", "include")
        assert said.count("No issues found") == len(EXAMPLES) + 1, said
        assert process.memory_info().rss - before < MEMORY
        log = server.log()
        assert "Traceback" not in log, log[log.find("Traceback") - 600 :][:4_000]
        assert " ERROR " not in log, log
