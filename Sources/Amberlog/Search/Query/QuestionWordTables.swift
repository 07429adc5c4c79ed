/// The function words of each language as the tokenizer folds them: lower case, no diacritics, no apostrophes.
///
/// Each table is sorted by bytes, without duplicates: ``QuestionWords/contains(_:in:)`` halves it.
package enum QuestionWordTables {
    package static let english: [StaticString] = [
        "a", "about", "also", "although", "am", "among", "an", "and", "another", "any", "anybody", "anyone",
        "anything", "are", "arent", "as", "at", "be", "because", "been", "being", "between", "both", "but",
        "by", "can", "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does", "doesnt", "doing",
        "done", "dont", "during", "each", "either", "even", "ever", "every", "everybody", "everyone",
        "everything", "for", "from", "had", "hadnt", "has", "hasnt", "have", "havent", "having", "he", "her",
        "here", "heres", "hers", "herself", "hes", "him", "himself", "his", "how", "hows", "i", "if", "im",
        "in", "into", "is", "isnt", "it", "itll", "its", "itself", "ive", "just", "me", "might", "mine",
        "must", "mustnt", "my", "myself", "neednt", "neither", "no", "nor", "not", "of", "on", "one", "ones",
        "oneself", "only", "onto", "or", "other", "ought", "our", "ours", "ourselves", "own", "please",
        "really", "same", "shall", "she", "shes", "should", "shouldnt", "so", "some", "somebody", "someone",
        "something", "still", "such", "tell", "than", "that", "thatll", "thats", "the", "their", "theirs",
        "them", "themselves", "then", "there", "theres", "these", "they", "theyd", "theyll", "theyre",
        "theyve", "this", "those", "though", "through", "to", "too", "toward", "towards", "upon", "very",
        "was", "wasnt", "we", "were", "werent", "weve", "what", "whatever", "whats", "when", "whenever",
        "whens", "where", "wheres", "wherever", "whether", "which", "whichever", "whichs", "while", "who",
        "whoever", "wholl", "whom", "whos", "whose", "why", "whys", "will", "with", "within", "without",
        "wont", "would", "wouldnt", "yet", "you", "youd", "youll", "your", "youre", "yours", "yourself",
        "yourselves", "youve",
    ]

    package static let french: [StaticString] = [
        "a", "ai", "as", "au", "aura", "aux", "avaient", "avait", "avec", "avez", "avoir", "avons", "c", "ca",
        "car", "ce", "ceci", "cela", "ces", "cest", "cet", "cette", "chez", "combien", "comment", "d", "dans",
        "de", "depuis", "des", "donc", "dont", "du", "elle", "elles", "en", "entre", "es", "est", "et",
        "etaient", "etais", "etait", "ete", "etes", "etre", "eu", "eux", "faire", "fait", "il", "ils", "j",
        "jai", "je", "l", "la", "laquelle", "le", "lequel", "les", "lesquelles", "lesquels", "leur", "leurs",
        "lui", "m", "ma", "mais", "me", "mes", "moi", "mon", "n", "ne", "ni", "nos", "notre", "nous", "on",
        "ont", "or", "ou", "par", "pas", "peut", "peuvent", "peux", "plus", "pour", "pourquoi", "pouvez", "qu",
        "quand", "que", "quel", "quelle", "quelles", "quels", "qui", "quil", "quils", "quoi", "s", "sa",
        "sans", "se", "sera", "seront", "ses", "si", "soit", "sommes", "son", "sont", "sous", "suis", "sur",
        "t", "ta", "te", "tes", "toi", "ton", "tu", "un", "une", "vers", "vos", "votre", "vous", "y",
    ]

    package static let german: [StaticString] = [
        "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "beim", "bin", "bist", "darf", "das", "dass",
        "dein", "deine", "deinem", "deinen", "deiner", "dem", "den", "denn", "der", "des", "dich", "die",
        "dies", "diese", "diesem", "diesen", "dieser", "dieses", "dir", "doch", "du", "durch", "ein", "eine",
        "einem", "einen", "einer", "eines", "er", "es", "euch", "euer", "eure", "fur", "gegen", "gehabt",
        "gewesen", "habe", "haben", "hast", "hat", "hatte", "hatten", "ich", "ihm", "ihn", "ihnen", "ihr",
        "ihre", "ihrem", "ihren", "ihrer", "im", "in", "ist", "jene", "jener", "jenes", "kann", "kannst",
        "kein", "keine", "keinen", "konnen", "konnte", "konnten", "mal", "man", "mein", "meine", "meinem",
        "meinen", "meiner", "mich", "mir", "mit", "mochte", "muss", "mussen", "musste", "nach", "nicht",
        "noch", "nur", "ob", "oder", "ohne", "schon", "seid", "sein", "seine", "seinem", "seinen", "seiner",
        "sich", "sie", "sind", "so", "soll", "sollte", "uber", "um", "und", "uns", "unser", "unsere", "unter",
        "vom", "von", "vor", "wann", "war", "waren", "warst", "warum", "was", "weil", "welche", "welchem",
        "welchen", "welcher", "welches", "wem", "wen", "wenn", "wer", "werden", "weshalb", "wessen", "wie",
        "wieso", "wieviel", "will", "wir", "wird", "wirst", "wo", "woher", "wohin", "wollte", "worden",
        "wurde", "wurden", "zu", "zum", "zur",
    ]

    package static let italian: [StaticString] = [
        "a", "abbiamo", "agli", "ai", "al", "alla", "alle", "allo", "anche", "avere", "avete", "aveva",
        "avevano", "che", "chi", "ci", "cio", "come", "con", "cosa", "cui", "da", "dai", "dal", "dalla",
        "degli", "dei", "del", "della", "delle", "dello", "di", "dov", "dove", "e", "ed", "era", "erano",
        "essere", "fa", "fare", "fatto", "fra", "fu", "gli", "ha", "hai", "hanno", "ho", "i", "il", "in", "io",
        "l", "la", "le", "lei", "lo", "loro", "lui", "ma", "me", "mi", "mia", "mie", "miei", "mio", "ne",
        "nei", "nel", "nella", "nelle", "nello", "noi", "non", "nostra", "nostro", "o", "od", "per", "perche",
        "piu", "possono", "puo", "quale", "quali", "quando", "quanta", "quante", "quanti", "quanto", "quella",
        "quelle", "quelli", "quello", "questa", "queste", "questi", "questo", "sara", "se", "sei", "si",
        "siamo", "siete", "sono", "stata", "stato", "su", "sua", "sue", "sui", "sul", "sulla", "suo", "suoi",
        "te", "ti", "tra", "tu", "tua", "tue", "tuo", "tuoi", "un", "una", "uno", "vi", "voi", "vostra",
        "vostro",
    ]

    package static let portuguese: [StaticString] = [
        "a", "ao", "aonde", "aos", "aquela", "aquele", "aquilo", "as", "ate", "com", "como", "da", "das", "de",
        "desde", "do", "dos", "e", "ela", "elas", "ele", "eles", "em", "entre", "era", "eram", "essa", "essas",
        "esse", "esses", "esta", "estao", "estar", "estas", "estava", "estavam", "este", "estes", "esteve",
        "estou", "eu", "faz", "fazer", "fez", "foi", "foram", "ha", "haver", "havia", "isso", "isto", "ja",
        "lhe", "lhes", "mais", "mas", "me", "meu", "meus", "minha", "minhas", "muito", "na", "nao", "nas",
        "nem", "no", "nos", "nossa", "nossas", "nosso", "nossos", "num", "numa", "o", "onde", "os", "ou",
        "para", "pela", "pelas", "pelo", "pelos", "pode", "podem", "por", "porque", "quais", "qual", "quando",
        "quanta", "quantas", "quanto", "quantos", "que", "quem", "sao", "se", "sem", "ser", "seu", "seus",
        "sido", "sobre", "somos", "sou", "sua", "suas", "te", "tem", "ter", "teu", "teve", "tinha", "tu",
        "tua", "um", "uma", "umas", "uns", "voce", "voces", "vos",
    ]

    package static let spanish: [StaticString] = [
        "a", "adonde", "al", "ante", "aquel", "aquella", "aquello", "como", "con", "cual", "cuales", "cuando",
        "cuanta", "cuantas", "cuanto", "cuantos", "de", "del", "desde", "donde", "e", "el", "ella", "ellas",
        "ello", "ellos", "en", "entre", "era", "eran", "eres", "es", "esa", "esas", "ese", "eso", "esos",
        "esta", "estaba", "estaban", "estan", "estar", "estas", "este", "esto", "estos", "estoy", "estuvo",
        "fue", "fueron", "ha", "haber", "habia", "habian", "hace", "hacer", "hacia", "han", "has", "hasta",
        "hay", "he", "hemos", "hizo", "la", "las", "le", "les", "lo", "los", "mas", "me", "mi", "mis", "muy",
        "ni", "no", "nos", "nosotros", "nuestra", "nuestras", "nuestro", "nuestros", "o", "os", "para", "pero",
        "por", "porque", "puede", "pueden", "que", "quien", "quienes", "se", "ser", "si", "sido", "sin",
        "sobre", "somos", "son", "soy", "su", "sus", "te", "tenia", "tiene", "tienen", "tu", "tus", "u", "un",
        "una", "unas", "unos", "usted", "ustedes", "vosotros", "y", "ya", "yo",
    ]
}
