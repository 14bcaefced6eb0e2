"""The register: enrolments, cards, lists, staff, partners, audit, counters."""

import sqlalchemy as sa
from alembic import op

import citycard.store.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("handle", sa.String(length=32), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "counters",
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("service", "week", "event", name=op.f("pk_counters")),
    )
    op.create_table(
        "desk_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.String(length=120), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_tokens")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_tokens_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_tokens_token_hash")),
    )
    op.create_table(
        "desk_devices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.Column("enrolment_hash", sa.String(length=64), nullable=True),
        sa.Column("enrolment_ends", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_devices")),
        sa.UniqueConstraint("enrolment_hash", name=op.f("uq_desk_devices_enrolment_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_devices_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_devices_token_hash")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("until", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("attests", sa.String(length=60), nullable=False),
        sa.Column("letter_days", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "status_lists",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uri", sa.String(length=200), nullable=False),
        sa.Column("bits", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("etag", sa.String(length=64), nullable=True),
        sa.Column("jwt", sa.LargeBinary(), nullable=True),
        sa.Column("jwt_etag", sa.String(length=64), nullable=True),
        sa.Column("signed_at", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_status_lists")),
        sa.UniqueConstraint("uri", name=op.f("uq_status_lists_uri")),
    )
    op.create_table(
        "cards",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("list_no", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("kid", sa.String(length=16), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("recovery_selector", sa.String(length=6), nullable=True),
        sa.Column("recovery_tag", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["list_no"], ["status_lists.no"], name=op.f("fk_cards_list_no_status_lists")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cards")),
        sa.UniqueConstraint("recovery_selector", name=op.f("uq_cards_recovery_selector")),
        sa.UniqueConstraint("list_no", "list_index", name=op.f("uq_cards_list_no_list_index")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_cards_expires_on"), "cards", ["expires_on"], unique=False)
    op.create_index(op.f("ix_cards_state"), "cards", ["state"], unique=False)
    op.create_table(
        "handed_in",
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["cards.number"], name=op.f("fk_handed_in_number_cards")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handed_in")),
    )
    op.create_table(
        "clerk_days",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("endings", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_clerk_days_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff_id", "day", name=op.f("pk_clerk_days")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_by", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("deadline", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("enrolled_by", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approval_digest", sa.LargeBinary(), nullable=True),
        sa.Column("card_number", sa.String(length=16), nullable=True),
        sa.Column("request_token", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["approved_by"], ["staff.id"], name=op.f("fk_enrolments_approved_by_staff")),
        sa.ForeignKeyConstraint(["enrolled_by"], ["staff.id"], name=op.f("fk_enrolments_enrolled_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("card_number", name=op.f("uq_enrolments_card_number")),
        sa.UniqueConstraint("request_token", name=op.f("uq_enrolments_request_token")),
        sa.UniqueConstraint("ticket", name=op.f("uq_enrolments_ticket")),
    )
    op.create_index(op.f("ix_enrolments_deadline"), "enrolments", ["deadline"], unique=False)
    op.create_index(op.f("ix_enrolments_state"), "enrolments", ["state"], unique=False)
    op.create_index(op.f("ix_enrolments_wrapped_by"), "enrolments", ["wrapped_by"], unique=False)
    op.create_table(
        "partners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("root_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("trusted_root", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.Column("believed", sa.LargeBinary(), nullable=True),
        sa.Column("compromised", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        sa.Column("first_confirmed_by", sa.Integer(), nullable=True),
        sa.Column("second_confirmed_by", sa.Integer(), nullable=True),
        sa.Column("last_success", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_attempt", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=60), nullable=True),
        sa.Column("relayed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_confirmed_by"], ["staff.id"], name=op.f("fk_partners_first_confirmed_by_staff")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["staff.id"], name=op.f("fk_partners_proposed_by_staff")),
        sa.ForeignKeyConstraint(
            ["second_confirmed_by"], ["staff.id"], name=op.f("fk_partners_second_confirmed_by_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("issuer", name=op.f("uq_partners_issuer")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("return_to", sa.String(length=200), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("blocked_until", citycard.store.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_sessions_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_sessions")),
    )
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"], unique=False)
    op.create_table(
        "partner_lists",
        sa.Column("uri", sa.String(length=200), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("fetched_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_lists_partner_id_partners"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_partner_lists")),
    )
    op.create_table(
        "agreements",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("list_hours", sa.Integer(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_agreements_partner_id_partners"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("partner_id", "service", name=op.f("pk_agreements")),
    )
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("record_day", sa.Date(), nullable=False),
        sa.Column("opens_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closes_at", citycard.store.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("several", sa.Boolean(), nullable=False),
        sa.Column("other_cities", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped_by", sa.String(length=32), nullable=True),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column("took_part", sa.Integer(), nullable=True),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["desk_devices.id"], name=op.f("fk_consultations_device_id_desk_devices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
    )
    op.create_index(op.f("ix_consultations_wrapped_by"), "consultations", ["wrapped_by"], unique=False)
    op.create_table(
        "consultation_devices",
        sa.Column("consultation_id", sa.String(length=16), nullable=False),
        sa.Column("device_id", sa.Integer(), nullable=False),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_consultation_devices_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["desk_devices.id"], name=op.f("fk_consultation_devices_device_id_desk_devices")
        ),
        sa.PrimaryKeyConstraint("consultation_id", "device_id", name=op.f("pk_consultation_devices")),
    )
    op.create_table(
        "marks",
        sa.Column("consultation_id", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("receipt", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_marks_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "mark", name=op.f("pk_marks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Remove every table."""
    op.drop_table("marks")
    op.drop_table("consultation_devices")
    op.drop_index(op.f("ix_consultations_wrapped_by"), table_name="consultations")
    op.drop_table("consultations")
    op.drop_table("agreements")
    op.drop_table("partner_lists")
    op.drop_index(op.f("ix_staff_sessions_staff_id"), table_name="staff_sessions")
    op.drop_table("staff_sessions")
    op.drop_table("partners")
    op.drop_index(op.f("ix_enrolments_wrapped_by"), table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_state"), table_name="enrolments")
    op.drop_index(op.f("ix_enrolments_deadline"), table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_table("clerk_days")
    op.drop_table("handed_in")
    op.drop_index(op.f("ix_cards_state"), table_name="cards")
    op.drop_index(op.f("ix_cards_expires_on"), table_name="cards")
    op.drop_table("cards")
    op.drop_table("status_lists")
    op.drop_table("staff")
    op.drop_table("organisations")
    op.drop_table("leases")
    op.drop_table("desk_devices")
    op.drop_table("desk_tokens")
    op.drop_table("counters")
    op.drop_table("audit")
