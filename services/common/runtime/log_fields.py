"""The names that may stand in a log line. Everything else is dropped, and its name (not its value) is counted."""

# Who wrote the line, and about what. References and codes only: no name, number, address, amount or free text.
LOG_FIELDS = frozenset(
    """
    event level timestamp logger service role roles dropped_fields error errors where
    correlation_id case_id borrower_id task_id plan_id agreement_id message_id evidence_id hold_id permit_id
    conversation_id complaint_id attempt_id request_id checklist_id assessment_id import_id
    subject method route status problem ms host port path url_host operation
    workflow_id workflow_type run_id task_queue queue type activity step signal
    topic partition offset event_id event_type source case_version group lag batch
    kind purpose template channel outcome state from_state to_state trigger rule rules pack pack_version version round
    count rows attempt attempts retry_in due age_seconds backlog lease epoch holder reason_code fields check checks
    migration revision signal_name exit_status
    """.split()
)
