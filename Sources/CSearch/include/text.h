// Classes of bytes, for cutting text into words.

#ifndef AMBERLOG_TEXT_H
#define AMBERLOG_TEXT_H

#include <stdint.h>

#define AMBER_WINDOW_BYTES 64

/// What 64 bytes of text are: bit i stands for byte i.
struct amber_text_classes {
    /// ASCII letters and digits.
    uint64_t words;
    uint64_t digits;
    uint64_t uppercase;
    /// Bytes of scalars outside of ASCII.
    uint64_t others;
    /// ' - . / : @ _ which may join two words.
    uint64_t joiners;
    /// Those of them that may follow another one: / : _
    uint64_t repeaters;
};

/// Looks at 64 bytes.
void amber_classify_text(const uint8_t *bytes, struct amber_text_classes *classes);

/// The same without instructions of a particular processor.
void amber_classify_text_portable(const uint8_t *bytes, struct amber_text_classes *classes);

#endif
