#pragma once

#include "store/connection.h"
#include "store/event_writer.h"
#include "trailwatch/store/outbox.h"

namespace trailwatch::store {

// Within a transaction. False when a message with that id is there already; it stays as it is.
bool queue_message(Connection& connection, EventWriter& events, const Zone& zone, const Message& message);
// What became of an attempt. The payload of a delivered message goes.
void save_attempt(Connection& connection, const Message& message);
std::int64_t requeue_messages(Connection& connection, std::string_view id_begins, Instant now);
// Throws SqliteFailure when that day has one.
void keep_report(Connection& connection, EventWriter& events, const KeptReport& report);
void replace_told(Connection& connection, const ToldDay& day);

}  // namespace trailwatch::store
