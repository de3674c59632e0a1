#include "core/store/postgres_faults.h"

#include <array>

namespace caas::store {
namespace {

// What is said of a SQLSTATE, or of all that begin with the given letters; the first row that fits
// counts. `words`: what follows "The PostgreSQL database NAME ", or, after '=', all that is said.
struct Meaning {
    std::string_view state;
    Code code;
    std::string_view words;
    std::string_view hint;
};

constexpr auto meanings = std::to_array<Meaning>({
    {"23505", Code::conflict, "=There is one of that kind already", ""},
    {"23503", Code::conflict, "=It refers to something that is not there, or is in use", ""},
    {"23", Code::internal, "=A rule of the database would be broken", ""},
    {"40", Code::busy, "is in use by others who were faster", "Try again in a moment."},
    {"55P03", Code::busy, "is in use by another process", "Try again in a moment."},
    {"57014", Code::timeout, "took too long to answer", "Try again in a moment."},
    {"25P03", Code::timeout, "ended a transaction that rested too long", "Try again in a moment."},
    {"25006",
     Code::storage_read_only,
     "can only be read",
     "Give the address of the primary server: standbys take no changes."},
    {"53100",
     Code::storage_full,
     "has no space left; nothing was stored",
     "Free some space on the server's disk, then try again."},
    {"53300",
     Code::unavailable,
     "has no connection to spare",
     "Raise max_connections of the server, or run fewer programs on it."},
    {"53", Code::unavailable, "is short of resources", "Look at the server's memory and disk."},
    {"54", Code::too_large, "=That is too large for the database", ""},
    {"22021", Code::invalid, "=The text holds what is not valid UTF-8", ""},
    {"22P05", Code::invalid, "=The text holds a character the database cannot store", ""},
    {"28P01",
     Code::forbidden,
     "refused the name or the password",
     "Check the user and the password of DATABASE_URL, or the file ~/.pgpass."},
    {"28",
     Code::forbidden,
     "lets nobody in who comes like this",
     "Check the user of DATABASE_URL and the server's pg_hba.conf."},
    {"42501",
     Code::forbidden,
     "does not allow that",
     "Its user must own the tables of caas: let it own the database or the schema."},
    {"3D000",
     Code::not_found,
     "does not exist",
     "Make it: createdb --template=template0 --encoding=UTF8 --locale=C NAME"},
    {"57P03", Code::unavailable, "is starting or stopping", "Try again in a moment."},
    {"57P", Code::unavailable, "was stopped", "Try again when the server runs."},
    {"08", Code::unavailable, "cannot be reached", "Check that the server runs."},
    {"58", Code::unavailable, "has trouble with its disk", "Look at the server's log."},
    {"XX001", Code::storage_corrupt, "is damaged", "Bring back a backup of it."},
    {"XX002", Code::storage_corrupt, "is damaged", "Rebuild its indexes: reindexdb"},
});

}  // namespace

bool is_passing(std::string_view state) {
    return state == "40001" || state == "40P01";
}

Error PostgresFaults::of(std::string_view state, [[maybe_unused]] std::string_view what) const {
    for (const auto& meaning : meanings) {
        if (!state.starts_with(meaning.state))
            continue;
        if (meaning.words.starts_with('='))
            return {meaning.code, std::string(meaning.words.substr(1)), std::string(meaning.hint)};
        return {
            meaning.code,
            "The PostgreSQL database " + name_ + " " + std::string(meaning.words),
            std::string(meaning.hint)};
    }
    const auto message = "The database refused a statement (SQLSTATE " + std::string(state) + ")";
#ifdef NDEBUG
    return {Code::internal, message};
#else
    // The server's words quote the statement: for whoever writes it, not for whoever runs it.
    return {Code::internal, message, std::string(what)};
#endif
}

Error PostgresFaults::unreachable(std::string_view what) const {
    const auto says = [what](std::string_view words) {
        return what.find(words) != std::string_view::npos;
    };
    // libpq gives no SQLSTATE for a connection that fails, only words (15.20; they are not
    // translated as long as nobody calls setlocale).
    if (says("password authentication failed") || says("no password supplied"))
        return of("28P01", {});
    if (says("pg_hba.conf") || says("authentication failed") || says("role \""))
        return of("28000", {});
    if (says("does not exist") && says("database \""))
        return of("3D000", {});
    if (says("too many clients") || says("remaining connection slots") ||
        says("too many connections"))
        return of("53300", {});
    if (says("starting up") || says("shutting down") || says("recovery mode"))
        return of("57P03", {});
    if (says("timeout expired"))
        return away();
    if (says("could not translate host name"))
        return {
            Code::unavailable,
            "The host of the PostgreSQL database " + name_ + " is not known",
            "Check the address of DATABASE_URL."};
    // A server that ends in the middle of it, and not one that does not want it.
    const bool broke_off = says("SSL SYSCALL") || says("closed the connection");
    if (!broke_off && (says("certificate") || says("SSL") || says("sslmode")))
        return {
            Code::forbidden,
            "The PostgreSQL database " + name_ + " could not be reached over TLS as asked",
            "Check sslmode and sslrootcert of DATABASE_URL, and the server's certificate."};
    return of("08001", {});
}

Error PostgresFaults::lost() const {
    return {
        Code::unavailable,
        "The connection to the PostgreSQL database " + name_ + " was lost; nothing was stored",
        "Try again in a moment."};
}

Error PostgresFaults::away() const {
    return {
        Code::unavailable,
        "The PostgreSQL database " + name_ + " does not answer",
        "Check the address of DATABASE_URL and that nothing between blocks it."};
}

Error PostgresFaults::silent() const {
    return {
        Code::timeout,
        "The PostgreSQL database " + name_ + " stopped answering",
        "Check the server and the network between."};
}

Error PostgresFaults::undecided() const {
    return Error(
               Code::unavailable,
               "The connection to the PostgreSQL database " + name_ +
                   " was lost while storing, and whether it was stored cannot be found out now",
               "Look before trying again.")
        .leave_undecided();
}

Error PostgresFaults::unfit(const std::string& why, std::string hint) const {
    return {Code::invalid, "The PostgreSQL database " + name_ + " " + why, std::move(hint)};
}

}  // namespace caas::store
