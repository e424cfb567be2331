/* contact_tree.h - a person's place in the emergency contact tree (緊急連絡網). */
#pragma once
#define RECORD     contact_tree
#define RECORD_DEF "domain/contact_tree/contact_tree.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
