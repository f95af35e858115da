"""A secret by reference: `{env: NAME}` or `{file: PATH}`. The value itself is fetched late and never printed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class SecretRef(BaseModel):
    """Where a secret stands; exactly one of the two is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    env: str | None = Field(None, description="Name of the environment variable that holds it.")
    file: str | None = Field(None, description="Path of a file that holds it; a trailing newline is cut off.")

    @model_validator(mode="after")
    def _exactly_one(self) -> SecretRef:
        if (self.env is None) == (self.file is None):
            msg = "give either {env: NAME} or {file: PATH}"
            raise ValueError(msg)
        return self
