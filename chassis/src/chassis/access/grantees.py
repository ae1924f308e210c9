"""As whom somebody holds grants: the only strings that guards, row security and policies know them by."""

from __future__ import annotations

from uuid import UUID

from chassis.signin_principal import Principal

__all__ = ["at_organisation", "grantees_of", "in_person", "in_role", "on_behalf", "staff_member"]


def at_organisation(role: str, organisation: str) -> str:
    """Everybody who acts in a role for an organisation, such as its coordination."""
    return f"{role}@{organisation}"


def in_role(role: str, subject: object) -> str:
    """One staff member in one role: what they serve as supporter they do not hold as anything else."""
    return f"{role}:{subject}"


def staff_member(subject: object) -> str:
    """One staff member, in whatever role."""
    return f"staff:{subject}"


def in_person(person: UUID) -> str:
    """A person asking for themselves."""
    return f"person:{person}"


def on_behalf(person: UUID, of: UUID) -> str:
    """A person asking for somebody whom they represent."""
    return f"person:{person}:for:{of}"


def grantees_of(principal: Principal) -> tuple[str, ...]:
    """Every string under which this principal, in the role acted in, may hold a grant.

    Who represents somebody holds only that: their own file is opened in their own name.
    """
    if principal.person is not None:
        if principal.represents is not None:
            return (on_behalf(principal.person, principal.represents),)
        return (in_person(principal.person),)
    if not principal.role:
        return (staff_member(principal.subject),)
    return (
        at_organisation(principal.role, principal.organisation),
        in_role(principal.role, principal.subject),
        staff_member(principal.subject),
    )
